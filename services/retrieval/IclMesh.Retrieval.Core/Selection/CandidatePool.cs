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
        var waiting = -1;
        for (var other = 0; other < row.Length; other++)
        {
            // A product has the same bits both ways round, and in a pair as alone.
            if (cosines[other] is { } mirrored)
            {
                row[other] = mirrored[candidate];
            }
            else if (waiting < 0)
            {
                waiting = other;
            }
            else
            {
                (row[waiting], row[other]) = VectorMath.Dots(directions[candidate], directions[waiting], directions[other]);
                waiting = -1;
            }
        }

        if (waiting >= 0)
        {
            row[waiting] = VectorMath.Dot(directions[candidate], directions[waiting]);
        }

        System.Numerics.Tensors.TensorPrimitives.Min(row, 1, row);
        System.Numerics.Tensors.TensorPrimitives.Max(row, -1, row);
        return cosines[candidate] = row;
    }

    /// <summary>Computes the cosines of all pairs, in blocks of rows that stay in the first-level cache.</summary>
    public void ComputeCosines()
    {
        const int Block = 8;
        var rows = cosines.Select(known => known ?? new float[Count]).ToArray();
        for (var top = 0; top < Count; top += Block)
        {
            for (var left = top; left < Count; left += Block)
            {
                for (var i = top; i < Math.Min(top + Block, Count); i++)
                {
                    Fill(rows, i, Math.Max(i, left), Math.Min(left + Block, Count));
                }
            }
        }

        rows.CopyTo(cosines, 0);
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

    private void Fill(float[][] rows, int row, int first, int end)
    {
        var direction = directions[row];
        var other = first;
        for (; other + 1 < end; other += 2)
        {
            var (one, two) = VectorMath.Dots(direction, directions[other], directions[other + 1]);
            rows[row][other] = rows[other][row] = Math.Clamp(one, -1, 1);
            rows[row][other + 1] = rows[other + 1][row] = Math.Clamp(two, -1, 1);
        }

        if (other < end)
        {
            rows[row][other] = rows[other][row] = Math.Clamp(VectorMath.Dot(direction, directions[other]), -1, 1);
        }
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
