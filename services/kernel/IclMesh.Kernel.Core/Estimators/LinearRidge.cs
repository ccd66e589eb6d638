namespace IclMesh.Kernel.Core.Estimators;

/// <summary>Ridge regression on features: min ‖X W - Y‖² + ridge ‖W‖², the intercept not penalised.</summary>
/// <param name="Coefficients">[C, D].</param>
/// <param name="Intercept">[C]; zeros without an intercept.</param>
public sealed record LinearRidge(DenseMatrix Coefficients, double[] Intercept)
{
    /// <summary>Fits in the smaller of the primal and the dual space.</summary>
    /// <param name="features">Features, [N, D].</param>
    /// <param name="targets">Targets, [N, C].</param>
    /// <param name="ridge">Penalty, greater than 0 unless the features have full rank.</param>
    /// <param name="intercept">Fit an intercept.</param>
    /// <param name="cancellationToken">Checked once a block.</param>
    public static LinearRidge Fit(
        DenseMatrix features, DenseMatrix targets, double ridge, bool intercept, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(features);
        ArgumentNullException.ThrowIfNull(targets);
        var x = features.Transpose();
        var y = targets.Transpose();
        var meanX = new double[x.Rows];
        var meanY = new double[y.Rows];
        if (intercept)
        {
            Centre(x, meanX);
            Centre(y, meanY);
        }

        DenseMatrix coefficients;
        if (features.Columns <= features.Rows)
        {
            var gram = Regularised(BlockedProduct.MultiplyTransposed(x, x, cancellationToken), ridge);
            var moments = BlockedProduct.MultiplyTransposed(x, y, cancellationToken);
            coefficients = CholeskyFactor.Create(gram, cancellationToken).Solve(moments).Transpose();
        }
        else
        {
            var rows = x.Transpose();
            var gram = Regularised(BlockedProduct.MultiplyTransposed(rows, rows, cancellationToken), ridge);
            var dual = CholeskyFactor.Create(gram, cancellationToken).Solve(y.Transpose());
            coefficients = BlockedProduct.MultiplyTransposed(dual.Transpose(), x, cancellationToken);
        }

        for (var c = 0; c < meanY.Length; c++)
        {
            meanY[c] -= TensorPrimitives.Dot<double>(coefficients.Row(c), meanX);
        }

        return new(coefficients, meanY);
    }

    /// <summary>Predicts, [Q, C].</summary>
    /// <param name="features">Features, [Q, D].</param>
    public DenseMatrix Predict(DenseMatrix features)
    {
        var predictions = BlockedProduct.MultiplyTransposed(features, Coefficients);
        for (var q = 0; q < predictions.Rows; q++)
        {
            TensorPrimitives.Add(predictions.Row(q), Intercept, predictions.Row(q));
        }

        return predictions;
    }

    private static void Centre(DenseMatrix rows, double[] means)
    {
        for (var i = 0; i < rows.Rows; i++)
        {
            means[i] = TensorPrimitives.Average<double>(rows.Row(i));
            TensorPrimitives.Subtract(rows.Row(i), means[i], rows.Row(i));
        }
    }

    private static DenseMatrix Regularised(DenseMatrix gram, double ridge)
    {
        for (var i = 0; i < gram.Rows; i++)
        {
            gram[i, i] += ridge;
        }

        return gram;
    }
}
