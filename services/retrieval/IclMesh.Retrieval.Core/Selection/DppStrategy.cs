namespace IclMesh.Retrieval.Core.Selection;

/// <summary>Greedy maximum of log det L over the chosen set, L = diag(r)·S·diag(r), r = exp(relevance / 2λ), S = (1 + cosine)/2.</summary>
/// <remarks>
/// Sources: the kernel is that of J. Ye et al., "Compositional exemplars for in-context learning", 2023; the incremental Cholesky update that of
/// L. Chen, G. Zhang and E. Zhou, "Fast greedy MAP inference for determinantal point process", 2018: a choice costs O(pool · chosen).
/// </remarks>
internal sealed class DppStrategy : ISelectionStrategy
{
    // Below this share of its own variance a candidate is a combination of the chosen ones up to rounding.
    private const double LeastShare = 1e-10;

    private readonly CandidatePool pool;
    private readonly double[] quality;
    private readonly double[] variances;
    private readonly List<double>[] factors;

    /// <summary>Prepares the kernel's diagonal.</summary>
    /// <param name="pool">The candidates.</param>
    /// <param name="relevance">Relevance of each, in [0, 1].</param>
    /// <param name="lambda">λ, greater than 0.</param>
    public DppStrategy(CandidatePool pool, double[] relevance, double lambda)
    {
        this.pool = pool;

        // A common factor of all r moves log det by a constant: the greatest becomes 1, so that a small λ cannot overflow.
        var greatest = relevance.DefaultIfEmpty().Max();
        quality = [.. relevance.Select(value => Math.Exp((value - greatest) / (2 * lambda)))];
        variances = [.. quality.Select(value => value * value)];
        factors = [.. quality.Select(_ => new List<double>())];
    }

    /// <inheritdoc/>
    public double Gain(int candidate) => Math.Log(Math.Max(variances[candidate], LeastShare * quality[candidate] * quality[candidate]));

    /// <inheritdoc/>
    public void Take(int candidate)
    {
        var cosines = pool.Cosines(candidate);
        var own = factors[candidate].ToArray();
        var deviation = Math.Sqrt(Math.Max(variances[candidate], LeastShare * quality[candidate] * quality[candidate]));
        for (var i = 0; i < quality.Length; i++)
        {
            var entry = quality[candidate] * quality[i] * (1 + cosines[i]) / 2;
            for (var k = 0; k < own.Length; k++)
            {
                entry -= own[k] * factors[i][k];
            }

            var factor = entry / deviation;
            factors[i].Add(factor);
            variances[i] -= factor * factor;
        }
    }

    /// <inheritdoc/>
    public string Explain(int candidate)
    {
        var share = Math.Max(variances[candidate], 0) / (quality[candidate] * quality[candidate]);
        return $"dpp: quality {quality[candidate]:0.0000}, {share:0.0000} of its variance is new";
    }
}
