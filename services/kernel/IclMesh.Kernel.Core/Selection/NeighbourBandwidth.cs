namespace IclMesh.Kernel.Core.Selection;

/// <summary>Bandwidths that follow the density: the distance to the k-th nearest demonstration.</summary>
public static class NeighbourBandwidth
{
    /// <summary>Nadaraya-Watson with a bandwidth of its own for every query or every demonstration.</summary>
    /// <param name="kind">A kernel with a bandwidth.</param>
    /// <param name="k">Neighbours that set the bandwidth, 1 … N - 1.</param>
    /// <param name="perDemonstration">
    /// False: h(q) is the distance from the query to its k-th neighbour (generalised). True: h_n is the distance from demonstration n to its k-th
    /// neighbour, and its weight is divided by h_n^D as a sample-point density estimate demands (adaptive).
    /// </param>
    /// <param name="queries">Query features, [Q, D].</param>
    /// <param name="features">Demonstration features, [N, D].</param>
    /// <param name="labels">Labels or targets, [N, C].</param>
    /// <param name="leaveOneOut">Query n is demonstration n and must not see itself.</param>
    /// <param name="cancellationToken">Checked once a query.</param>
    public static DenseMatrix Predict(
        KernelKind kind,
        int k,
        bool perDemonstration,
        DenseMatrix queries,
        DenseMatrix features,
        DenseMatrix labels,
        bool leaveOneOut = false,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(queries);
        ArgumentNullException.ThrowIfNull(features);
        ArgumentNullException.ThrowIfNull(labels);
        var own = perDemonstration ? Distances(k, features, features, isSelf: true, cancellationToken) : [];
        var there = perDemonstration ? [] : Distances(k, queries, features, leaveOneOut, cancellationToken);
        var predictions = new DenseMatrix(queries.Rows, labels.Columns);
        Blocks.ForEach(queries.Rows, q =>
        {
            var logs = new double[features.Rows];
            for (var n = 0; n < logs.Length; n++)
            {
                var h = perDemonstration ? own[n] : there[q];
                logs[n] = leaveOneOut && n == q
                    ? double.NegativeInfinity
                    : PlainKernel.Logarithm(KernelSpec.FromBandwidth(kind, h), queries.Row(q), features.Row(n))
                        - (perDemonstration ? features.Columns * Math.Log(h) : 0);
            }

            var largest = TensorPrimitives.Max<double>(logs);
            var weights = PlainSmoother.Normalise(
                Array.ConvertAll(logs, log => double.IsNegativeInfinity(largest) ? 0 : Math.Exp(log - largest)));
            for (var n = 0; n < logs.Length; n++)
            {
                TensorPrimitives.MultiplyAdd(labels.Row(n), weights[n], predictions.Row(q), predictions.Row(q));
            }
        }, cancellationToken);
        return predictions;
    }

    /// <summary>Leave-one-out squared error per number of neighbours.</summary>
    /// <param name="kind">A kernel with a bandwidth.</param>
    /// <param name="counts">Numbers of neighbours to try, ascending.</param>
    /// <param name="perDemonstration">As in <see cref="Predict"/>.</param>
    /// <param name="features">[N, D].</param>
    /// <param name="labels">Labels or targets, [N, C].</param>
    /// <param name="cancellationToken">Checked once a query.</param>
    public static SelectionCurve Select(
        KernelKind kind, int[] counts, bool perDemonstration, DenseMatrix features, DenseMatrix labels, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(features);
        ArgumentNullException.ThrowIfNull(labels);
        var criteria = Array.ConvertAll(counts, k =>
        {
            var fitted = Predict(kind, k, perDemonstration, features, features, labels, leaveOneOut: true, cancellationToken);
            var distance = TensorPrimitives.Distance<double>(fitted.Values, labels.Values);
            return distance * distance / labels.Rows;
        });
        return BandwidthSelector.Pick(Array.ConvertAll(counts, k => (double)k), criteria);
    }

    /// <summary>Distances to the k-th neighbour. Where duplicates make it 0, the least positive distance stands in, or 1 if all points are equal.</summary>
    private static double[] Distances(int k, DenseMatrix queries, DenseMatrix features, bool isSelf, CancellationToken cancellationToken)
    {
        var distances = new double[queries.Rows];
        Blocks.ForEach(queries.Rows, q =>
        {
            var (_, found) = NearestNeighbours.Find(
                features.Rows - (isSelf ? 1 : 0), NeighbourMetric.Euclidean, queries.Row(q), features, isSelf ? q : -1);
            distances[q] = found.Skip(k - 1).FirstOrDefault(d => d > 0, 1);
        }, cancellationToken);
        return distances;
    }
}
