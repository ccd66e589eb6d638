namespace IclMesh.Kernel.Core.Selection;

/// <summary>Kernel ridge for many ridges from one eigendecomposition: generalised cross-validation and exact leave-one-out.</summary>
/// <remarks>
/// With K = Vᵀ diag(s) V and G(r) = (K + r I)⁻¹: leave-one-out residual n is (G y)_n / G_nn, and the generalised one divides by the mean of G_nn instead.
/// Source: G. H. Golub, M. Heath and G. Wahba, "Generalized Cross-Validation as a Method for Choosing a Good Ridge Parameter", 1979.
/// </remarks>
public sealed class RidgePath
{
    private readonly SymmetricEigen eigen;
    private readonly DenseMatrix rotated;
    private readonly DenseMatrix squares;

    private RidgePath(SymmetricEigen eigen, DenseMatrix rotated, DenseMatrix squares)
    {
        this.eigen = eigen;
        this.rotated = rotated;
        this.squares = squares;
    }

    /// <summary>Decomposes the kernel matrix.</summary>
    /// <param name="kernel">K, symmetric, [N, N].</param>
    /// <param name="labels">Labels or targets, [N, C].</param>
    /// <param name="cancellationToken">Checked once a block.</param>
    public static RidgePath Create(DenseMatrix kernel, DenseMatrix labels, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(labels);
        var eigen = SymmetricEigen.Decompose(kernel, cancellationToken);
        var rotated = BlockedProduct.MultiplyTransposed(eigen.Vectors, labels.Transpose(), cancellationToken);
        var squares = new DenseMatrix(eigen.Vectors.Rows, eigen.Vectors.Columns);
        TensorPrimitives.Multiply(eigen.Vectors.Values, eigen.Vectors.Values, squares.Values);
        return new(eigen, rotated, squares.Transpose());
    }

    /// <summary>Criterion per ridge: mean squared residual, summed over classes.</summary>
    /// <param name="ridges">Ridges, ascending, 0 or more.</param>
    /// <param name="isExact">Exact leave-one-out; false takes generalised cross-validation.</param>
    /// <param name="cancellationToken">Checked once a ridge.</param>
    /// <exception cref="MeshException">A ridge leaves K + r I singular.</exception>
    public SelectionCurve Select(double[] ridges, bool isExact, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(ridges);
        var n = eigen.Values.Length;
        var criteria = new double[ridges.Length];
        for (var r = 0; r < ridges.Length; r++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var inverse = Inverse(ridges[r], r);
            var scaled = new DenseMatrix(rotated.Rows, rotated.Columns);
            for (var k = 0; k < n; k++)
            {
                TensorPrimitives.Multiply(rotated.Row(k), inverse[k], scaled.Row(k));
            }

            if (!isExact)
            {
                var mean = TensorPrimitives.Average<double>(inverse);
                criteria[r] = TensorPrimitives.SumOfSquares<double>(scaled.Values) / (mean * mean) / n;
                continue;
            }

            var dual = BlockedProduct.MultiplyTransposed(eigen.Vectors.Transpose(), scaled.Transpose(), cancellationToken);
            for (var i = 0; i < n; i++)
            {
                var diagonal = TensorPrimitives.Dot<double>(squares.Row(i), inverse);
                criteria[r] += TensorPrimitives.SumOfSquares<double>(dual.Row(i)) / (diagonal * diagonal) / n;
            }
        }

        return BandwidthSelector.Pick(ridges, criteria);
    }

    private double[] Inverse(double ridge, int index)
    {
        // Rounding leaves eigenvalues of size n eps s_max where the exact ones are 0.
        var least = eigen.Values[^1] + ridge;
        if (least <= eigen.Values.Length * 2.3e-16 * Math.Abs(eigen.Values[0]))
        {
            throw MeshException.Invalid($"ridges[{index}]", $"{ridge} leaves the kernel matrix singular, its least eigenvalue is {eigen.Values[^1]:g3}");
        }

        return Array.ConvertAll(eigen.Values, value => 1 / (value + ridge));
    }
}
