namespace IclMesh.Kernel.Core.Estimators;

/// <summary>Mean label of the k nearest demonstrations. Equal distances are ordered by index, so the answer is deterministic.</summary>
public static class NearestNeighbours
{
    /// <summary>Predicts labels for queries, [Q, C].</summary>
    /// <param name="k">Neighbours, 1 … N.</param>
    /// <param name="metric">How far a neighbour is.</param>
    /// <param name="weighting">How much a neighbour counts.</param>
    /// <param name="queries">Query features, [Q, D].</param>
    /// <param name="features">Demonstration features, [N, D].</param>
    /// <param name="labels">Labels or targets, [N, C].</param>
    /// <param name="kernel">The kernel of <see cref="NeighbourWeights.Kernel"/>.</param>
    /// <param name="leaveOneOut">Query n is demonstration n and must not see itself.</param>
    /// <param name="cancellationToken">Checked once a query.</param>
    public static DenseMatrix Predict(
        int k,
        NeighbourMetric metric,
        NeighbourWeights weighting,
        DenseMatrix queries,
        DenseMatrix features,
        DenseMatrix labels,
        KernelSpec kernel = default,
        bool leaveOneOut = false,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(queries);
        ArgumentNullException.ThrowIfNull(features);
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentOutOfRangeException.ThrowIfLessThan(k, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(k, features.Rows - (leaveOneOut ? 1 : 0));
        var predictions = new DenseMatrix(queries.Rows, labels.Columns);
        Blocks.ForEach(queries.Rows, q =>
        {
            var (nearest, distances) = Find(k, metric, queries.Row(q), features, leaveOneOut ? q : -1);
            var weights = weighting switch
            {
                NeighbourWeights.Distance => InverseDistances(distances),
                NeighbourWeights.Kernel => PlainSmoother.Weigh(kernel, queries.Row(q), features.Select(nearest)),
                _ => PlainSmoother.Normalise([.. Enumerable.Repeat(1.0, k)]),
            };
            for (var i = 0; i < k; i++)
            {
                TensorPrimitives.MultiplyAdd(labels.Row(nearest[i]), weights[i], predictions.Row(q), predictions.Row(q));
            }
        }, cancellationToken);
        return predictions;
    }

    /// <summary>The k nearest demonstrations of one query, nearest first, with their distances.</summary>
    /// <param name="k">Neighbours.</param>
    /// <param name="metric">How far a neighbour is.</param>
    /// <param name="query">Query features, [D].</param>
    /// <param name="features">Demonstration features, [N, D].</param>
    /// <param name="without">Demonstration that does not count, or -1.</param>
    public static (int[] Rows, double[] Distances) Find(int k, NeighbourMetric metric, ReadOnlySpan<double> query, DenseMatrix features, int without = -1)
    {
        ArgumentNullException.ThrowIfNull(features);
        var distances = new double[features.Rows];
        var order = new int[features.Rows];
        for (var n = 0; n < distances.Length; n++)
        {
            order[n] = n;
            distances[n] = n == without ? double.PositiveInfinity : metric switch
            {
                NeighbourMetric.Euclidean => TensorPrimitives.Distance(query, features.Row(n)),
                NeighbourMetric.Cosine => 1 - PlainKernel.Cosine(query, features.Row(n)),
                _ => PlainKernel.Divergence(features.Row(n), query),
            };
        }

        Array.Sort(order, (x, y) => distances[x] == distances[y] ? x.CompareTo(y) : distances[x].CompareTo(distances[y]));
        return (order[..k], [.. order[..k].Select(n => distances[n])]);
    }

    private static double[] InverseDistances(double[] distances)
    {
        var touching = distances.Contains(0);
        return PlainSmoother.Normalise(Array.ConvertAll(distances, d => touching ? (d == 0 ? 1.0 : 0.0) : 1 / d));
    }
}
