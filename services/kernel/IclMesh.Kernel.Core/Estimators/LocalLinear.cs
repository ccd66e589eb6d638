namespace IclMesh.Kernel.Core.Estimators;

/// <summary>Weighted least squares on 1 and x - q around each query: mean, gradient and leverage.</summary>
/// <remarks>
/// Source: J. Fan and I. Gijbels, "Local Polynomial Modelling and Its Applications", 1996. Differences are measured in bandwidths; where fewer points than
/// unknowns carry weight the solution of least norm in those units is taken, so the answer falls back towards the weighted mean.
/// </remarks>
public static class LocalLinear
{
    /// <summary>Singular values of the normal equations below this share of the largest count as 0.</summary>
    private const double CutOff = 1e-15;

    /// <summary>Fits around every query.</summary>
    /// <param name="spec">A kernel that is a function of x - q.</param>
    /// <param name="queries">Query features, [Q, D].</param>
    /// <param name="features">Demonstration features, [N, D].</param>
    /// <param name="labels">Labels or targets, [N, C].</param>
    /// <param name="leaveOneOut">Query n is demonstration n and must not see itself.</param>
    /// <param name="cancellationToken">Checked once a query.</param>
    public static LocalLinearResult Predict(
        KernelSpec spec,
        DenseMatrix queries,
        DenseMatrix features,
        DenseMatrix labels,
        bool leaveOneOut = false,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(queries);
        ArgumentNullException.ThrowIfNull(features);
        ArgumentNullException.ThrowIfNull(labels);
        var unknowns = features.Columns + 1;
        var result = new LocalLinearResult(
            new(queries.Rows, labels.Columns), new(queries.Rows, labels.Columns * features.Columns), new(queries.Rows, features.Rows));
        Blocks.ForEach(queries.Rows, q =>
        {
            var query = queries.Row(q);
            var weights = PlainSmoother.Weigh(spec, query, features, without: leaveOneOut ? q : -1);
            var rows = new DenseMatrix(features.Rows, unknowns);
            var normal = new DenseMatrix(unknowns, unknowns);
            var moments = new DenseMatrix(unknowns, labels.Columns);
            var scale = spec.Bandwidth;
            for (var n = 0; n < features.Rows; n++)
            {
                var row = rows.Row(n);
                row[0] = 1;
                TensorPrimitives.Subtract(features.Row(n), query, row[1..]);
                TensorPrimitives.Divide(row[1..], scale, row[1..]);
                if (weights[n] == 0)
                {
                    continue;
                }

                for (var k = 0; k < unknowns; k++)
                {
                    TensorPrimitives.MultiplyAdd(row, weights[n] * row[k], normal.Row(k), normal.Row(k));
                    TensorPrimitives.MultiplyAdd(labels.Row(n), weights[n] * row[k], moments.Row(k), moments.Row(k));
                }
            }

            var inverse = PseudoInverse(normal);
            for (var k = 0; k < unknowns; k++)
            {
                for (var c = 0; c < labels.Columns; c++)
                {
                    var value = 0.0;
                    for (var j = 0; j < unknowns; j++)
                    {
                        value += inverse[k, j] * moments[j, c];
                    }

                    if (k == 0)
                    {
                        result.Predictions[q, c] = value;
                    }
                    else
                    {
                        result.Gradients[q, (c * features.Columns) + k - 1] = value / scale;
                    }
                }
            }

            var smoother = result.Smoother.Row(q);
            for (var n = 0; n < features.Rows; n++)
            {
                smoother[n] = weights[n] * TensorPrimitives.Dot<double>(inverse.Row(0), rows.Row(n));
            }
        }, cancellationToken);
        return result;
    }

    private static DenseMatrix PseudoInverse(DenseMatrix symmetric)
    {
        var eigen = SymmetricEigen.Decompose(symmetric);
        var largest = Math.Max(Math.Abs(eigen.Values[0]), Math.Abs(eigen.Values[^1]));
        var inverse = new DenseMatrix(symmetric.Rows, symmetric.Rows);
        for (var k = 0; k < eigen.Values.Length; k++)
        {
            if (Math.Abs(eigen.Values[k]) <= CutOff * largest)
            {
                continue;
            }

            var vector = eigen.Vectors.Row(k);
            for (var i = 0; i < symmetric.Rows; i++)
            {
                TensorPrimitives.MultiplyAdd(vector, vector[i] / eigen.Values[k], inverse.Row(i), inverse.Row(i));
            }
        }

        return inverse;
    }
}
