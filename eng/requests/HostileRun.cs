using System.Diagnostics;
using IclMesh.Testing.Requests.Seeds;

namespace IclMesh.RequestFuzz;

/// <summary>Sixty-four callers who ask for as much as they can, beside one who asks for a prediction every tenth of a second.</summary>
internal sealed class HostileRun(MeshProcesses mesh)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly Dictionary<string, double> largest = [];

    public async Task<int> RunAsync(TimeSpan time, CancellationToken cancellationToken)
    {
        await AskAsync(TimeSpan.FromSeconds(10), cancellationToken);
        var calm = await AskAsync(time, cancellationToken);
        var beside = await BesideAsync(() => AskAsync(time, cancellationToken));

        Console.WriteLine($"  calm       p50 {Share(calm, 0.5),7:0.0} ms, p95 {Share(calm, 0.95),7:0.0} ms, {calm.Count} predictions");
        Console.WriteLine($"  beside 64  p50 {Share(beside, 0.5),7:0.0} ms, p95 {Share(beside, 0.95),7:0.0} ms, {beside.Count} predictions, p95 {Share(beside, 0.95) / Share(calm, 0.95):0.00} times as long");
        foreach (var name in mesh.Names)
        {
            Console.WriteLine($"  {name,-10} at most {largest[name],6:0} MiB resident, its pod may have {MeshProcesses.Limit(name)}{(mesh.HasExited(name) ? ", DIED" : "")}");
        }

        return mesh.Names.Any(mesh.HasExited) || mesh.Names.Any(name => largest[name] > MeshProcesses.Limit(name)) ? 1 : 0;
    }

    /// <summary>The hostile callers are a process of their own, which yields to all others: elsewhere they would be other machines.</summary>
    private async Task<T> BesideAsync<T>(Func<Task<T>> work)
    {
        var start = new ProcessStartInfo("nice", ["-n", "19", Environment.ProcessPath!, "attack", .. mesh.Names.Select(mesh.Address)]);
        using var callers = Process.Start(start)!;
        try
        {
            await Task.Delay(TimeSpan.FromSeconds(3));
            return await work();
        }
        finally
        {
            callers.Kill();
            await callers.WaitForExitAsync();
        }
    }

    private static double Share(List<double> sorted, double share) => Percentile.Of(sorted, share);

    private async Task<List<double>> AskAsync(TimeSpan time, CancellationToken cancellationToken)
    {
        var latencies = new List<double>();
        var clock = Stopwatch.StartNew();
        for (var number = 0; clock.Elapsed < time; number++)
        {
            var request = GatewaySeeds.Request(k: 8);
            request.Input = $"a film that is {(number % 2 == 0 ? "lovely" : "dull")} in {number} ways";
            var start = Stopwatch.GetTimestamp();
            await mesh.Gateway.PredictAsync(request, cancellationToken: cancellationToken);
            latencies.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            foreach (var name in mesh.Names)
            {
                largest[name] = Math.Max(largest.GetValueOrDefault(name), mesh.Resident(name));
            }

            await Task.Delay(Pause, cancellationToken);
        }

        latencies.Sort();
        return latencies;
    }
}
