namespace IclMesh.Kernel.Core.Selection;

/// <summary>Kernel ridge for many ridges from one decomposition: generalised cross-validation and exact leave-one-out.</summary>
/// <remarks>
/// With G(r) = (K + r I)⁻¹: leave-one-out residual n is (G y)_n / G_nn, and the generalised one divides by the mean of G_nn instead.
/// Source: G. H. Golub, M. Heath and G. Wahba, "Generalized Cross-Validation as a Method for Choosing a Good Ridge Parameter", 1979.
/// K = Qᵀ T Q is enough, eigenvectors are not needed: with T + r I = L D Lᵀ and q column n of Q, G_nn = Σ_k (L⁻¹ q)²_k / D_k, one pass over Q a ridge.
/// </remarks>
public sealed class RidgePath
{
    private const int Slab = 32;
    private readonly double[] diagonal;
    private readonly double[] off;
    private readonly double[] eigenvalues;
    private readonly DenseMatrix basis;
    private readonly DenseMatrix rotated;

    private RidgePath(TridiagonalForm form, DenseMatrix basis, DenseMatrix rotated)
    {
        (diagonal, off, eigenvalues) = (form.Diagonal, form.Off, form.Eigenvalues());
        (this.basis, this.rotated) = (basis, rotated);
    }

    /// <summary>Decomposes the kernel matrix.</summary>
    /// <param name="kernel">K, symmetric, [N, N].</param>
    /// <param name="labels">Labels or targets, [N, C].</param>
    /// <param name="cancellationToken">Checked once a block.</param>
    public static RidgePath Create(DenseMatrix kernel, DenseMatrix labels, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(labels);
        var form = TridiagonalForm.Create(kernel, cancellationToken);
        var basis = form.Basis(cancellationToken);
        return new(form, basis, BlockedProduct.MultiplyTransposed(labels.Transpose(), basis, cancellationToken));
    }

    /// <summary>Criterion per ridge: mean squared residual, summed over classes.</summary>
    /// <param name="ridges">Ridges, ascending, 0 or more.</param>
    /// <param name="isExact">Exact leave-one-out; false takes generalised cross-validation.</param>
    /// <param name="cancellationToken">Checked once a block.</param>
    /// <exception cref="MeshException">A ridge leaves K + r I singular.</exception>
    public SelectionCurve Select(double[] ridges, bool isExact, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(ridges);
        var (n, classes) = (diagonal.Length, rotated.Rows);
        var factors = new (double[] Lower, double[] Pivots)[ridges.Length];
        var solutions = new DenseMatrix(ridges.Length * classes, n);
        for (var r = 0; r < ridges.Length; r++)
        {
            Require(ridges[r], r);
            factors[r] = Factor(ridges[r]);
            for (var c = 0; c < classes; c++)
            {
                Solve(factors[r].Lower, factors[r].Pivots, rotated.Row(c), solutions.Row((r * classes) + c));
            }
        }

        var criteria = isExact
            ? LeaveOneOut(factors, solutions, cancellationToken)
            : [.. ridges.Select((ridge, r) => Generalised(ridge, solutions.Values.AsSpan(r * classes * n, classes * n)))];
        return BandwidthSelector.Pick(ridges, criteria);
    }

    /// <summary>G_nn of every ridge, [R, N].</summary>
    private DenseMatrix InverseDiagonals((double[] Lower, double[] Pivots)[] factors, CancellationToken cancellationToken)
    {
        var n = diagonal.Length;
        var result = new DenseMatrix(factors.Length, n);
        Blocks.ForEach((n + Slab - 1) / Slab, slab =>
        {
            var start = slab * Slab;
            var width = Math.Min(Slab, n - start);
            Span<double> columns = new double[n * width];
            for (var k = 0; k < n; k++)
            {
                basis.Row(k).Slice(start, width).CopyTo(columns[(k * width)..]);
            }

            Span<double> u = stackalloc double[width];
            Span<double> scaled = stackalloc double[width];
            for (var r = 0; r < factors.Length; r++)
            {
                var (lower, pivots) = factors[r];
                var sums = result.Row(r).Slice(start, width);
                u.Clear();
                for (var k = 0; k < n; k++)
                {
                    TensorPrimitives.MultiplyAdd(u, k == 0 ? 0 : -lower[k - 1], columns.Slice(k * width, width), u);
                    TensorPrimitives.Multiply(u, 1 / pivots[k], scaled);
                    TensorPrimitives.MultiplyAdd<double>(u, scaled, sums, sums);
                }
            }
        }, cancellationToken);
        return result;
    }

    private double[] LeaveOneOut((double[] Lower, double[] Pivots)[] factors, DenseMatrix solutions, CancellationToken cancellationToken)
    {
        var (n, classes) = (diagonal.Length, rotated.Rows);
        var inverse = InverseDiagonals(factors, cancellationToken);
        var duals = BlockedProduct.MultiplyTransposed(solutions, basis.Transpose(), cancellationToken);
        var criteria = new double[factors.Length];
        for (var row = 0; row < duals.Rows; row++)
        {
            var residuals = duals.Row(row);
            TensorPrimitives.Divide(residuals, inverse.Row(row / classes), residuals);
            criteria[row / classes] += TensorPrimitives.SumOfSquares<double>(residuals) / n;
        }

        return criteria;
    }

    /// <summary>|G y|² is |(T + r I)⁻¹ Q y|², Q being orthonormal.</summary>
    private double Generalised(double ridge, ReadOnlySpan<double> solutions)
    {
        var mean = eigenvalues.Average(value => 1 / (value + ridge));
        return TensorPrimitives.SumOfSquares(solutions) / (mean * mean) / diagonal.Length;
    }

    /// <summary>T + r I = L D Lᵀ: the entries of L below its diagonal of ones, and D.</summary>
    private (double[] Lower, double[] Pivots) Factor(double ridge)
    {
        var n = diagonal.Length;
        var (lower, pivots) = (new double[n], new double[n]);
        for (var k = 0; k < n; k++)
        {
            pivots[k] = diagonal[k] + ridge - (k == 0 ? 0 : lower[k - 1] * off[k - 1]);
            lower[k] = off[k] / pivots[k];
        }

        return (lower, pivots);
    }

    private static void Solve(double[] lower, double[] pivots, ReadOnlySpan<double> right, Span<double> solution)
    {
        var n = right.Length;
        for (var k = 0; k < n; k++)
        {
            solution[k] = right[k] - (k == 0 ? 0 : lower[k - 1] * solution[k - 1]);
        }

        for (var k = n - 1; k >= 0; k--)
        {
            solution[k] = (solution[k] / pivots[k]) - (k == n - 1 ? 0 : lower[k] * solution[k + 1]);
        }
    }

    private void Require(double ridge, int index)
    {
        // Rounding leaves eigenvalues of size n eps s_max where the exact ones are 0.
        if (eigenvalues[^1] + ridge <= eigenvalues.Length * 2.3e-16 * Math.Abs(eigenvalues[0]))
        {
            throw MeshException.Invalid($"ridges[{index}]", $"{ridge} leaves the kernel matrix singular, its least eigenvalue is {eigenvalues[^1]:g3}");
        }
    }
}
