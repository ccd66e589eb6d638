using IclMesh.Gateway.V1;
using IclMesh.Kernel.Core.Numerics;

namespace IclMesh.Cli.Influence;

/// <summary>Pearson correlation of estimated with measured effects over the demonstrations of all prompts, with its 95 % interval.</summary>
/// <param name="Estimate">The correlation.</param>
/// <param name="Low">Lower end.</param>
/// <param name="High">Upper end.</param>
/// <param name="Demonstrations">Pairs that it was computed from.</param>
internal sealed record PooledCorrelation(double Estimate, double Low, double High, int Demonstrations)
{
    /// <summary>One for each kernel view.</summary>
    public static IReadOnlyDictionary<string, PooledCorrelation> ByView(IReadOnlyList<MeasureInfluenceResponse> measured) =>
        measured.SelectMany(m => m.Estimates.Select(estimate => (estimate.View, Pairs: estimate.RemovalEffects.Zip(m.Demonstrations, (effect, d) => (effect, d.MarginChange)))))
            .GroupBy(view => view.View, view => view.Pairs)
            .ToDictionary(view => view.Key, view => Of([.. view.SelectMany(pairs => pairs)]));

    private static PooledCorrelation Of(IReadOnlyList<(double Estimated, double Measured)> pairs)
    {
        var interval = ConfidenceInterval.Correlation(Statistics.Pearson([.. pairs.Select(p => p.Estimated)], [.. pairs.Select(p => p.Measured)]), pairs.Count);
        return new(interval.Estimate, interval.Low, interval.High, pairs.Count);
    }
}
