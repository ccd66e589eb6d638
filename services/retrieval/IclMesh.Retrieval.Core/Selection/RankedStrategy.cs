namespace IclMesh.Retrieval.Core.Selection;

/// <summary>Takes candidates as they come: the most relevant first, or as drawn.</summary>
/// <param name="pool">The candidates.</param>
/// <param name="name">What the reason starts with.</param>
/// <param name="unit">What a place in the pool is called.</param>
internal sealed class RankedStrategy(CandidatePool pool, string name, string unit) : ISelectionStrategy
{
    /// <inheritdoc/>
    public double Gain(int candidate) => pool.Candidates[candidate].Relevance;

    /// <inheritdoc/>
    public void Take(int candidate)
    {
    }

    /// <inheritdoc/>
    public string Explain(int candidate) => $"{name}: {unit} {candidate + 1}";
}
