namespace IclMesh.Kernel.Core.Uncertainty;

/// <summary>Intervals of correlations whose pairs come in groups, for example all demonstrations of a prompt: whole groups are resampled.</summary>
/// <remarks>Source: A. C. Davison and D. V. Hinkley, "Bootstrap Methods and their Application", 1997, section 3.8; percentile intervals.</remarks>
public sealed class GroupBootstrap
{
    /// <summary>Number of resampled data sets: the ends of a 95 % interval then have 50 of them outside.</summary>
    public const int Replicates = 2000;

    private readonly int[][] groups;
    private readonly ulong seed;

    /// <summary>Takes the groups.</summary>
    /// <param name="groups">Group of each pair, at least two different ones.</param>
    /// <param name="seed">Seed; the same seed gives the same interval.</param>
    public GroupBootstrap(IReadOnlyList<int> groups, ulong seed)
    {
        this.groups = [.. groups.Select((group, index) => (group, index)).GroupBy(pair => pair.group, pair => pair.index).Select(pairs => pairs.ToArray())];
        this.seed = seed;
    }

    /// <summary>A correlation with its 95 % interval; replicates without variance are left out.</summary>
    /// <param name="x">First variable.</param>
    /// <param name="y">Second variable.</param>
    /// <param name="correlate">The correlation.</param>
    public ConfidenceInterval Correlation(double[] x, double[] y, Func<ReadOnlySpan<double>, ReadOnlySpan<double>, double> correlate)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(y);
        ArgumentNullException.ThrowIfNull(correlate);
        var random = new SeededRandom(seed);
        var values = new List<double>(Replicates);
        var (sampleX, sampleY) = (new List<double>(x.Length), new List<double>(y.Length));
        for (var replicate = 0; replicate < Replicates; replicate++)
        {
            sampleX.Clear();
            sampleY.Clear();
            for (var draw = 0; draw < groups.Length; draw++)
            {
                foreach (var index in groups[random.Below(groups.Length)])
                {
                    sampleX.Add(x[index]);
                    sampleY.Add(y[index]);
                }
            }

            var value = correlate([.. sampleX], [.. sampleY]);
            if (double.IsFinite(value))
            {
                values.Add(value);
            }
        }

        var estimate = correlate(x, y);
        return values.Count == 0
            ? new(estimate, -1, 1)
            : new(estimate, Statistics.Quantile([.. values], 0.025), Statistics.Quantile([.. values], 0.975));
    }
}
