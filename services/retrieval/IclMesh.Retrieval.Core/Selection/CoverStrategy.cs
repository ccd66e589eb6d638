namespace IclMesh.Retrieval.Core.Selection;

/// <summary>Seeds of k-means++: the most relevant first, then each with a probability in proportion to its squared distance from the chosen ones.</summary>
/// <remarks>
/// Source: D. Arthur and S. Vassilvitskii, "k-means++: the advantages of careful seeding", 2007. The greatest of log weight + Gumbel noise is a draw
/// in proportion to the weights; the noise comes from the seed, the step and the id, so a draw does not depend on the order of the pool.
/// </remarks>
/// <param name="pool">The candidates.</param>
/// <param name="seed">The seed.</param>
internal sealed class CoverStrategy(CandidatePool pool, ulong seed) : ISelectionStrategy
{
    private readonly ulong[] hashes = [.. pool.Candidates.Select(candidate => SeededDraw.Hash(candidate.Demonstration.Id))];
    private readonly double[] squaredDistances = [.. Enumerable.Repeat(double.PositiveInfinity, pool.Count)];
    private ulong step;

    /// <inheritdoc/>
    public double Gain(int candidate) => step == 0
        ? pool.Candidates[candidate].Relevance
        : squaredDistances[candidate] <= 0
            ? double.MinValue
            : Math.Log(squaredDistances[candidate]) + Gumbel(SeededDraw.Key(hashes[candidate], seed + step));

    /// <inheritdoc/>
    public void Take(int candidate)
    {
        step++;
        var cosines = pool.Cosines(candidate);
        for (var i = 0; i < squaredDistances.Length; i++)
        {
            squaredDistances[i] = Math.Min(squaredDistances[i], 2 - (2.0 * cosines[i]));
        }
    }

    /// <inheritdoc/>
    public string Explain(int candidate) => step == 0
        ? "cover: the most relevant"
        : $"cover: drawn at squared distance {squaredDistances[candidate]:0.0000} from the chosen ones";

    private static double Gumbel(ulong key)
    {
        // 53 bits as a number in (0, 1).
        var uniform = ((key >> 11) + 0.5) / (1UL << 53);
        return -Math.Log(-Math.Log(uniform));
    }
}
