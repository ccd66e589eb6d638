using IclMesh.Retrieval.Core.Exact;

namespace IclMesh.Retrieval.Core.Selection;

/// <summary>The candidates of one selection, the most relevant first, and the cosines between them, computed when first asked for.</summary>
internal sealed class CandidatePool
{
    private readonly float[]?[] cosines;
    private readonly float[][] directions;

    /// <summary>Takes the candidates in the order of their relevance.</summary>
    /// <param name="candidates">The candidates.</param>
    /// <param name="query">The query's vector.</param>
    public CandidatePool(IReadOnlyList<Candidate> candidates, ReadOnlySpan<float> query)
    {
        Candidates = candidates;
        cosines = new float[candidates.Count][];
        directions = [.. candidates.Select(candidate => Direction(candidate.Demonstration.Vector))];
        var direction = Direction(query);
        QueryCosines = [.. directions.Select(other => Math.Clamp(VectorMath.Dot(direction, other), -1, 1))];
    }

    /// <summary>The candidates.</summary>
    public IReadOnlyList<Candidate> Candidates { get; }

    /// <summary>Number of candidates.</summary>
    public int Count => Candidates.Count;

    /// <summary>Cosine of each candidate with the query.</summary>
    public float[] QueryCosines { get; }

    /// <summary>Cosines of a candidate with all candidates.</summary>
    /// <param name="candidate">Its place.</param>
    public float[] Cosines(int candidate)
    {
        if (cosines[candidate] is { } known)
        {
            return known;
        }

        var row = new float[Count];
        for (var other = 0; other < row.Length; other++)
        {
            // A product has the same bits both ways round.
            row[other] = cosines[other] is { } mirrored
                ? mirrored[candidate]
                : Math.Clamp(VectorMath.Dot(directions[candidate], directions[other]), -1, 1);
        }

        return cosines[candidate] = row;
    }

    /// <summary>Relevance of each candidate mapped to [0, 1]: cosines by (1 + c)/2, other scores by their range in the pool.</summary>
    /// <param name="byCosine">True where relevance is the cosine.</param>
    public double[] UnitRelevance(bool byCosine)
    {
        if (byCosine)
        {
            return [.. QueryCosines.Select(cosine => (1.0 + cosine) / 2)];
        }

        var least = Count == 0 ? 0 : Candidates.Min(candidate => candidate.Relevance);
        var range = Count == 0 ? 0 : Candidates.Max(candidate => candidate.Relevance) - least;
        return [.. Candidates.Select(candidate => range == 0 ? 1 : (candidate.Relevance - least) / range)];
    }

    private static float[] Direction(ReadOnlySpan<float> vector)
    {
        var norm = VectorMath.Norm(vector);
        var direction = new float[vector.Length];
        if (norm > 0)
        {
            System.Numerics.Tensors.TensorPrimitives.Divide(vector, norm, direction);
        }

        return direction;
    }
}
