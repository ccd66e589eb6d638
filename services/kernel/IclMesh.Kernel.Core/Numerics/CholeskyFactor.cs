namespace IclMesh.Kernel.Core.Numerics;

/// <summary>A = L Lᵀ for symmetric positive definite A, with jitter on the diagonal where rounding makes A indefinite.</summary>
public sealed class CholeskyFactor
{
    private const int Panel = 96;
    private readonly DenseMatrix lower;
    private readonly double norm;

    private CholeskyFactor(DenseMatrix lower, double norm, double jitter)
    {
        this.lower = lower;
        this.norm = norm;
        Jitter = jitter;
    }

    /// <summary>What was added to the diagonal; 0 where the plain factorisation worked.</summary>
    public double Jitter { get; }

    /// <summary>L, [N, N], zeros above the diagonal.</summary>
    public DenseMatrix Lower => lower;

    /// <summary>Factors a symmetric matrix, adding 1e-14, 1e-12, … 1e-6 of the mean diagonal until it is positive definite.</summary>
    /// <param name="symmetric">A, [N, N]; not changed.</param>
    /// <param name="cancellationToken">Checked once a panel.</param>
    /// <exception cref="MeshException"><see cref="ErrorKind.InvalidArgument"/>: A is indefinite beyond rounding, as the sigmoid kernel can make it.</exception>
    public static CholeskyFactor Create(DenseMatrix symmetric, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(symmetric);
        ArgumentOutOfRangeException.ThrowIfNotEqual(symmetric.Rows, symmetric.Columns);
        var scale = 0.0;
        var norm = 0.0;
        for (var i = 0; i < symmetric.Rows; i++)
        {
            scale += Math.Abs(symmetric[i, i]) / symmetric.Rows;
            norm = Math.Max(norm, TensorPrimitives.SumOfMagnitudes<double>(symmetric.Row(i)));
        }

        var jitter = 0.0;
        while (true)
        {
            var work = new DenseMatrix((double[])symmetric.Values.Clone(), symmetric.Rows, symmetric.Rows);
            for (var i = 0; i < work.Rows; i++)
            {
                work[i, i] += jitter;
            }

            if (Factor(work, cancellationToken))
            {
                return new(work, norm, jitter);
            }

            jitter = jitter == 0 ? 1e-14 * scale : 100 * jitter;
            if (jitter > 1e-6 * scale || scale == 0)
            {
                throw MeshException.Invalid(
                    "ridge", $"the kernel matrix plus ridge is not positive definite, not even with a jitter of {1e-6 * scale:g3} on its diagonal");
            }
        }
    }

    /// <summary>Solves A X = B for every column of B.</summary>
    /// <param name="right">B, [N, C].</param>
    public DenseMatrix Solve(DenseMatrix right)
    {
        ArgumentNullException.ThrowIfNull(right);
        var x = new DenseMatrix((double[])right.Values.Clone(), right.Rows, right.Columns);
        for (var i = 0; i < x.Rows; i++)
        {
            var row = x.Row(i);
            for (var j = 0; j < i; j++)
            {
                TensorPrimitives.MultiplyAdd(x.Row(j), -lower[i, j], row, row);
            }

            TensorPrimitives.Divide(row, lower[i, i], row);
        }

        for (var i = x.Rows - 1; i >= 0; i--)
        {
            var row = x.Row(i);
            TensorPrimitives.Divide(row, lower[i, i], row);
            for (var j = 0; j < i; j++)
            {
                TensorPrimitives.MultiplyAdd(row, -lower[i, j], x.Row(j), x.Row(j));
            }
        }

        return x;
    }

    /// <summary>A⁻¹, [N, N], on all cores.</summary>
    /// <param name="cancellationToken">Checked once a block.</param>
    public DenseMatrix Inverse(CancellationToken cancellationToken = default)
    {
        // Column j of L⁻¹ starts at row j; kept as a row, so that A⁻¹ = L⁻ᵀ L⁻¹ is a product of rows.
        var n = lower.Rows;
        var inverse = new DenseMatrix(n, n);
        Blocks.ForEach(n, j =>
        {
            var column = inverse.Row(j);
            column[j] = 1 / lower[j, j];
            for (var i = j + 1; i < n; i++)
            {
                column[i] = -TensorPrimitives.Dot<double>(lower.Row(i)[j..i], column[j..i]) / lower[i, i];
            }
        }, cancellationToken);
        return BlockedProduct.MultiplyTransposed(inverse, inverse, cancellationToken);
    }

    /// <summary>Estimate of the condition number in the 1-norm, a lower bound that is rarely off by more than 3.</summary>
    /// <remarks>Source: W. W. Hager, "Condition Estimates", 1984.</remarks>
    public double ConditionNumber()
    {
        var n = lower.Rows;
        var x = new DenseMatrix(n, 1);
        Array.Fill(x.Values, 1.0 / n);
        var estimate = 0.0;
        for (var step = 0; step < 5; step++)
        {
            var y = Solve(x);
            estimate = Math.Max(estimate, TensorPrimitives.SumOfMagnitudes<double>(y.Values));
            for (var i = 0; i < n; i++)
            {
                y.Values[i] = y.Values[i] >= 0 ? 1 : -1;
            }

            var z = Solve(y).Values;
            var at = TensorPrimitives.IndexOfMaxMagnitude<double>(z);
            if (Math.Abs(z[at]) <= TensorPrimitives.Dot<double>(z, x.Values))
            {
                break;
            }

            Array.Clear(x.Values);
            x.Values[at] = 1;
        }

        return norm * estimate;
    }

    /// <summary>Left-looking by panels: the part behind a panel is one blocked product.</summary>
    private static bool Factor(DenseMatrix a, CancellationToken cancellationToken)
    {
        var n = a.Rows;
        for (var p = 0; p < n; p += Panel)
        {
            var width = Math.Min(Panel, n - p);
            if (p > 0)
            {
                Subtract(a, p, width, cancellationToken);
            }

            for (var j = p; j < p + width; j++)
            {
                var pivot = a[j, j] - TensorPrimitives.SumOfSquares<double>(a.Row(j)[p..j]);
                if (!(pivot > 0))
                {
                    return false;
                }

                a[j, j] = Math.Sqrt(pivot);
                for (var i = j + 1; i < p + width; i++)
                {
                    a[i, j] = (a[i, j] - TensorPrimitives.Dot<double>(a.Row(i)[p..j], a.Row(j)[p..j])) / a[j, j];
                }
            }

            var chunk = 64;
            var from = p + width;
            Blocks.ForEach((n - from + chunk - 1) / chunk, block =>
            {
                for (var i = from + (block * chunk); i < Math.Min(n, from + ((block + 1) * chunk)); i++)
                {
                    for (var j = p; j < p + width; j++)
                    {
                        a[i, j] = (a[i, j] - TensorPrimitives.Dot<double>(a.Row(i)[p..j], a.Row(j)[p..j])) / a[j, j];
                    }
                }
            }, cancellationToken);
        }

        for (var i = 0; i < n; i++)
        {
            a.Row(i)[(i + 1)..].Clear();
        }

        return true;
    }

    /// <summary>A[p.., p..p+width] -= L[p.., 0..p] L[p..p+width, 0..p]ᵀ.</summary>
    private static void Subtract(DenseMatrix a, int p, int width, CancellationToken cancellationToken)
    {
        const int Chunk = 64;
        var n = a.Rows;
        var behind = new double[width * p];
        for (var j = 0; j < width; j++)
        {
            a.Row(p + j)[..p].CopyTo(behind.AsSpan(j * p));
        }

        var packed = new double[BlockedProduct.PackedLength<double>(width, p)];
        BlockedProduct.Pack<double>(behind, width, p, packed);
        Blocks.ForEach((n - p + Chunk - 1) / Chunk, block =>
        {
            var start = p + (block * Chunk);
            var rows = Math.Min(Chunk, n - start);
            var left = new double[rows * p];
            var product = new double[rows * width];
            for (var i = 0; i < rows; i++)
            {
                a.Row(start + i)[..p].CopyTo(left.AsSpan(i * p));
            }

            BlockedProduct.Multiply<double>(left, rows, p, packed, width, product, width);
            for (var i = 0; i < rows; i++)
            {
                var target = a.Row(start + i).Slice(p, width);
                TensorPrimitives.Subtract<double>(target, product.AsSpan(i * width, width), target);
            }
        }, cancellationToken);
    }
}
