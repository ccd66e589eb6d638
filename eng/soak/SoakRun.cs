using System.Globalization;
using System.Text;
using Grpc.Core;

namespace IclMesh.Soak;

/// <summary>Clients that call at random, and a watch over memory.</summary>
/// <param name="calls">What they call.</param>
/// <param name="host">The service.</param>
/// <param name="clients">Clients at a time.</param>
/// <param name="duration">How long.</param>
internal sealed class SoakRun(SoakCalls calls, SoakHost host, int clients, TimeSpan duration)
{
    /// <summary>One call in so many is left in the middle.</summary>
    private const int CancelEvery = 6;

    /// <summary>Memory after warm-up (a quarter of the time) may grow by this share until the end.</summary>
    private const double AllowedGrowth = 0.05;

    private readonly int[] made = new int[SoakCalls.Kinds.Count];
    private readonly List<(TimeSpan At, double Megabytes)> memory = [];
    private int cancelled;
    private int wrong;
    private int failed;
    private string firstProblem = "";

    /// <summary>Runs and reports.</summary>
    public async Task<SoakReport> RunAsync(CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var start = TimeProvider.System.GetTimestamp();
        var tasks = Enumerable.Range(0, clients).Select(client => Task.Run(() => ClientAsync(new(client), stop.Token), stop.Token)).ToArray();
        while (TimeProvider.System.GetElapsedTime(start) < duration)
        {
            await Task.Delay(TimeSpan.FromSeconds(5), cancellationToken);
            memory.Add((TimeProvider.System.GetElapsedTime(start), Environment.WorkingSet / 1048576.0));
        }

        await stop.CancelAsync();
        await Task.WhenAll(tasks);
        var drained = TimeProvider.System.GetTimestamp();
        while (host.Calls > 0 && TimeProvider.System.GetElapsedTime(drained) < TimeSpan.FromSeconds(10))
        {
            await Task.Delay(10, cancellationToken);
        }

        return Report(TimeProvider.System.GetElapsedTime(drained));
    }

    private async Task ClientAsync(Random random, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            var kind = random.Next(SoakCalls.Kinds.Count);
            using var leave = new CancellationTokenSource();
            if (random.Next(CancelEvery) == 0)
            {
                leave.CancelAfter(random.Next(1, 400));
            }

            try
            {
                var difference = await calls.CompareAsync(kind, random, leave.Token);
                Interlocked.Increment(ref made[kind]);
                if (difference > 0)
                {
                    Interlocked.Increment(ref wrong);
                    Problem($"{SoakCalls.Kinds[kind]} is off by {difference}");
                }
            }
            catch (Exception exception) when (leave.IsCancellationRequested && exception is RpcException { StatusCode: StatusCode.Cancelled } or OperationCanceledException)
            {
                Interlocked.Increment(ref cancelled);
            }
            catch (RpcException exception)
            {
                Interlocked.Increment(ref failed);
                Problem(exception.Status.ToString());
            }
        }
    }

    private void Problem(string problem) => Interlocked.CompareExchange(ref firstProblem, problem, "");

    private SoakReport Report(TimeSpan drained)
    {
        // The mean of a tenth of the samples: single ones ride on the collector's waves.
        var window = Math.Max(1, memory.Count / 10);
        var warm = memory.Skip(memory.Count / 4).Take(window).Average(sample => sample.Megabytes);
        var end = memory.TakeLast(window).Average(sample => sample.Megabytes);
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"{duration.TotalMinutes:0.#} minutes, {clients} clients");
        text.AppendLine(string.Join(", ", SoakCalls.Kinds.Zip(made, (name, count) => $"{name} {count}")) + $", left in the middle {cancelled}");
        text.AppendLine(CultureInfo.InvariantCulture, $"wrong answers {wrong}, failures {failed} {firstProblem}");
        text.AppendLine(CultureInfo.InvariantCulture, $"resident memory after warm-up {warm:0} MB, at the end {end:0} MB, largest {memory.Max(sample => sample.Megabytes):0} MB; growth {(end / warm) - 1:0.0 %}, allowed {AllowedGrowth:0 %}");
        text.AppendLine(CultureInfo.InvariantCulture, $"calls inside after the clients left: {host.Calls}, after {drained.TotalMilliseconds:0} ms");
        foreach (var sample in memory.Where((_, index) => index % Math.Max(1, memory.Count / 20) == 0))
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"  {sample.At.TotalMinutes,5:0.0} min {sample.Megabytes,7:0} MB");
        }

        return new(wrong == 0 && failed == 0 && end <= warm * (1 + AllowedGrowth) && host.Calls == 0, text.ToString());
    }
}
