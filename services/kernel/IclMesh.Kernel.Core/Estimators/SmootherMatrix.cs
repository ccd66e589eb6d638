namespace IclMesh.Kernel.Core.Estimators;

/// <summary>Nadaraya-Watson written out as a linear map of the labels, with its gradient.</summary>
public static class SmootherMatrix
{
    /// <summary>Normalised weights of every query, [Q, N]; prediction q is Σ_n w[q, n] y_n.</summary>
    /// <param name="spec">The kernel.</param>
    /// <param name="queries">Query features, [Q, D].</param>
    /// <param name="features">Demonstration features, [N, D].</param>
    /// <param name="negative">What negative kernel values mean.</param>
    /// <param name="leaveOneOut">Query n is demonstration n and must not see itself.</param>
    /// <param name="cancellationToken">Checked once a query.</param>
    public static DenseMatrix NadarayaWatson(
        KernelSpec spec,
        DenseMatrix queries,
        DenseMatrix features,
        NegativeKernel negative = NegativeKernel.Clip,
        bool leaveOneOut = false,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(queries);
        ArgumentNullException.ThrowIfNull(features);
        var weights = new DenseMatrix(queries.Rows, features.Rows);
        Blocks.ForEach(
            queries.Rows,
            q => PlainSmoother.Weigh(spec, queries.Row(q), features, negative, leaveOneOut ? q : -1).CopyTo(weights.Row(q)),
            cancellationToken);
        return weights;
    }

    /// <summary>Derivative of the RBF-weighted mean by each feature, class c by feature d in column c·D + d, [Q, C·D].</summary>
    /// <remarks>∂ŷ/∂q = Σ w_n (x_n - q) (y_n - ŷ) / h².</remarks>
    /// <param name="spec">An RBF kernel.</param>
    /// <param name="queries">Query features, [Q, D].</param>
    /// <param name="features">Demonstration features, [N, D].</param>
    /// <param name="labels">Labels or targets, [N, C].</param>
    public static DenseMatrix Gradient(KernelSpec spec, DenseMatrix queries, DenseMatrix features, DenseMatrix labels)
    {
        ArgumentNullException.ThrowIfNull(queries);
        ArgumentNullException.ThrowIfNull(features);
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentOutOfRangeException.ThrowIfNotEqual((int)spec.Kind, (int)KernelKind.Rbf);
        var gradients = new DenseMatrix(queries.Rows, labels.Columns * features.Columns);
        var difference = new double[features.Columns];
        for (var q = 0; q < queries.Rows; q++)
        {
            var weights = PlainSmoother.Weigh(spec, queries.Row(q), features);
            for (var c = 0; c < labels.Columns; c++)
            {
                var target = gradients.Row(q).Slice(c * features.Columns, features.Columns);
                var mean = TensorPrimitives.Dot<double>(weights, labels.Column(c));
                for (var n = 0; n < features.Rows; n++)
                {
                    TensorPrimitives.Subtract(features.Row(n), queries.Row(q), difference);
                    TensorPrimitives.MultiplyAdd(difference, 2 * spec.Gamma * weights[n] * (labels[n, c] - mean), target, target);
                }
            }
        }

        return gradients;
    }
}
