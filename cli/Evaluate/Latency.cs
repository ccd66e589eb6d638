using IclMesh.Gateway.V1;

namespace IclMesh.Cli.Evaluate;

/// <summary>Wall time of predictions as the gateway saw it, in milliseconds.</summary>
/// <param name="Median">Half of them are at most this long.</param>
/// <param name="Percentile95">19 of 20 are at most this long.</param>
internal sealed record Latency(double Median, double Percentile95)
{
    /// <summary>Null where there are no predictions.</summary>
    public static Latency? Of(IEnumerable<PredictResponse> answers)
    {
        double[] times =
            [.. answers.Select(answer => answer.Timings.Single(timing => timing.Leg == "total").Duration.ToTimeSpan().TotalMilliseconds).Order()];
        return times.Length == 0 ? null : new(Percentile.Of(times, 0.5), Percentile.Of(times, 0.95));
    }
}
