using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using IclMesh.Gateway.V1;
using IclMesh.Inference.V1;

namespace IclMesh.Gateway.Legs;

/// <summary>Runs the legs of one prediction and keeps their times for the receipt.</summary>
internal sealed class LegRecorder(TimeProvider clock, CancellationToken cancellationToken)
{
    private readonly long start = clock.GetTimestamp();
    private readonly List<LegTiming> timings = [];

    /// <summary>Runs one call; starting it, which writes the request, counts as part of it.</summary>
    public async Task<T> RunAsync<T>(string leg, Func<AsyncUnaryCall<T>> start, Func<T, IEnumerable<StageTiming>>? stages = null, LegFields? fields = null)
    {
        var begin = clock.GetTimestamp();
        using var call = start();
        var response = await Leg.NameFailures(leg, call.ResponseAsync, cancellationToken, fields);
        var timing = new LegTiming { Leg = leg, Duration = Duration.FromTimeSpan(clock.GetElapsedTime(begin)) };
        timing.Stages.AddRange(stages?.Invoke(response) ?? []);
        timings.Add(timing);
        return response;
    }

    /// <summary>Records several calls of one kind as one leg.</summary>
    public async Task<T> RunAsync<T>(string leg, Func<Task<T>> calls)
    {
        var begin = clock.GetTimestamp();
        var answer = await calls();
        timings.Add(new() { Leg = leg, Duration = Duration.FromTimeSpan(clock.GetElapsedTime(begin)) });
        return answer;
    }

    /// <summary>Every leg so far, and the total.</summary>
    public IEnumerable<LegTiming> Timings() =>
        timings.Append(new() { Leg = "total", Duration = Duration.FromTimeSpan(Elapsed) });

    public TimeSpan Elapsed => clock.GetElapsedTime(start);
}
