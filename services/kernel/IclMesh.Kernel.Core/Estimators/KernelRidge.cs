namespace IclMesh.Kernel.Core.Estimators;

/// <summary>Ridge regression in the kernel's space: f(q) = k(q)ᵀ (K + ridge I)⁻¹ Y, without intercept.</summary>
/// <remarks>Source: C. Saunders, A. Gammerman and V. Vovk, "Ridge Regression Learning Algorithm in Dual Variables", 1998.</remarks>
public sealed class KernelRidge
{
    private readonly CholeskyFactor factor;
    private readonly double ridge;
    private DenseMatrix? inverse;

    private KernelRidge(CholeskyFactor factor, DenseMatrix dual, double ridge)
    {
        this.factor = factor;
        this.ridge = ridge;
        Dual = dual;
    }

    /// <summary>Dual coefficients, [N, C].</summary>
    public DenseMatrix Dual { get; }

    /// <summary>What the factorisation added to the diagonal; 0 where none was needed.</summary>
    public double Jitter => factor.Jitter;

    /// <summary>Estimated 1-norm condition number of K + ridge I.</summary>
    public double ConditionNumber => factor.ConditionNumber();

    /// <summary>Fits.</summary>
    /// <param name="kernel">K, symmetric, [N, N].</param>
    /// <param name="labels">Labels or targets, [N, C].</param>
    /// <param name="ridge">Penalty, 0 or more.</param>
    /// <param name="cancellationToken">Checked once a block.</param>
    public static KernelRidge Fit(DenseMatrix kernel, DenseMatrix labels, double ridge, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(kernel);
        ArgumentOutOfRangeException.ThrowIfNegative(ridge);
        var regularised = new DenseMatrix((double[])kernel.Values.Clone(), kernel.Rows, kernel.Columns);
        for (var i = 0; i < kernel.Rows; i++)
        {
            regularised[i, i] += ridge;
        }

        var factor = CholeskyFactor.Create(regularised, cancellationToken);
        return new(factor, factor.Solve(labels), ridge + factor.Jitter);
    }

    /// <summary>Predicts, [Q, C].</summary>
    /// <param name="kernel">K(query, demonstration), [Q, N].</param>
    public DenseMatrix Predict(DenseMatrix kernel) => BlockedProduct.MultiplyTransposed(kernel, Dual.Transpose());

    /// <summary>Diagonal of the hat matrix, [N]: how much each point's own label pulls its fit.</summary>
    /// <param name="cancellationToken">Checked once a block.</param>
    public double[] Leverages(CancellationToken cancellationToken = default)
    {
        var g = Inverse(cancellationToken);
        return [.. Enumerable.Range(0, g.Rows).Select(i => 1 - (ridge * g[i, i]))];
    }

    /// <summary>Residuals y_n - f₋ₙ(x_n) of the fits that never saw point n, exact, [N, C].</summary>
    /// <param name="cancellationToken">Checked once a block.</param>
    public DenseMatrix LeaveOneOutResiduals(CancellationToken cancellationToken = default)
    {
        var g = Inverse(cancellationToken);
        var residuals = new DenseMatrix((double[])Dual.Values.Clone(), Dual.Rows, Dual.Columns);
        for (var i = 0; i < g.Rows; i++)
        {
            TensorPrimitives.Divide(residuals.Row(i), g[i, i], residuals.Row(i));
        }

        return residuals;
    }

    /// <summary>Exact effect of each demonstration on each query: f(q) - f₋ₙ(q), class c in column n·C + c, [Q, N·C].</summary>
    /// <param name="kernel">K(query, demonstration), [Q, N].</param>
    /// <param name="cancellationToken">Checked once a block.</param>
    public DenseMatrix Influence(DenseMatrix kernel, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(kernel);
        var residuals = LeaveOneOutResiduals(cancellationToken);
        var smoother = BlockedProduct.MultiplyTransposed(kernel, Inverse(cancellationToken), cancellationToken);
        var influence = new DenseMatrix(kernel.Rows, Dual.Rows * Dual.Columns);
        for (var q = 0; q < kernel.Rows; q++)
        {
            for (var n = 0; n < Dual.Rows; n++)
            {
                TensorPrimitives.Multiply(residuals.Row(n), smoother[q, n], influence.Row(q).Slice(n * Dual.Columns, Dual.Columns));
            }
        }

        return influence;
    }

    /// <summary>(K + ridge I)⁻¹, [N, N]; computed once.</summary>
    /// <param name="cancellationToken">Checked once a block.</param>
    public DenseMatrix Inverse(CancellationToken cancellationToken = default) => inverse ??= factor.Inverse(cancellationToken);
}
