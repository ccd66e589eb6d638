namespace IclMesh.Retrieval.Core.Selection;

/// <summary>Maximal marginal relevance: λ·relevance − (1 − λ)·greatest similarity to what was chosen before.</summary>
/// <remarks>Source: J. Carbonell and J. Goldstein, "The use of MMR, diversity-based reranking for reordering documents and producing summaries", 1998.</remarks>
/// <param name="pool">The candidates.</param>
/// <param name="relevance">Relevance of each, in [0, 1].</param>
/// <param name="lambda">Weight of relevance, in [0, 1].</param>
internal sealed class MmrStrategy(CandidatePool pool, double[] relevance, double lambda) : ISelectionStrategy
{
    private readonly float[] nearest = [.. Enumerable.Repeat(-1f, pool.Count)];

    /// <inheritdoc/>
    public double Gain(int candidate) => (lambda * relevance[candidate]) - ((1 - lambda) * Overlap(candidate));

    /// <inheritdoc/>
    public void Take(int candidate)
    {
        var cosines = pool.Cosines(candidate);
        for (var i = 0; i < nearest.Length; i++)
        {
            nearest[i] = Math.Max(nearest[i], cosines[i]);
        }
    }

    /// <inheritdoc/>
    public string Explain(int candidate) =>
        $"mmr: {lambda:0.###} x relevance {relevance[candidate]:0.0000} - {1 - lambda:0.###} x overlap {Overlap(candidate):0.0000}";

    // On the same scale as relevance; nothing chosen yet overlaps with nothing.
    private double Overlap(int candidate) => (1.0 + nearest[candidate]) / 2;
}
