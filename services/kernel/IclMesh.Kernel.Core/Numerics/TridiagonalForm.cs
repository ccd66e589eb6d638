namespace IclMesh.Kernel.Core.Numerics;

/// <summary>A = Qᵀ T Q for symmetric A, with T tridiagonal and Q orthonormal, by Householder reflections.</summary>
/// <remarks>
/// Source: G. H. Golub and C. F. Van Loan, "Matrix Computations", 8.3. Two changes for speed: the symmetric product of one step rides on the
/// rank-two update of the step before, so the matrix is read once per step; Q is kept by rows.
/// </remarks>
internal sealed class TridiagonalForm
{
    private readonly DenseMatrix reflectors;
    private readonly double[] scales;

    private TridiagonalForm(DenseMatrix reflectors, double[] scales, double[] diagonal, double[] off)
    {
        this.reflectors = reflectors;
        this.scales = scales;
        Diagonal = diagonal;
        Off = off;
    }

    /// <summary>Diagonal of T, [N].</summary>
    public double[] Diagonal { get; }

    /// <summary>Entry n of T stands between n and n + 1, [N]; the last is 0.</summary>
    public double[] Off { get; }

    /// <summary>Reduces a symmetric matrix.</summary>
    /// <param name="symmetric">A, [N, N]; not changed; only its upper triangle is read.</param>
    /// <param name="cancellationToken">Checked once a step.</param>
    public static TridiagonalForm Create(DenseMatrix symmetric, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(symmetric);
        ArgumentOutOfRangeException.ThrowIfNotEqual(symmetric.Rows, symmetric.Columns);
        var n = symmetric.Rows;
        var form = new TridiagonalForm(new((double[])symmetric.Values.Clone(), n, n), new double[n], new double[n], new double[n]);
        Tridiagonalise(form.reflectors, form.Diagonal, form.Off, form.scales, cancellationToken);
        return form;
    }

    /// <summary>Eigenvalues of A, descending, [N].</summary>
    public double[] Eigenvalues()
    {
        var values = (double[])Diagonal.Clone();
        ImplicitQl.Diagonalise(values, (double[])Off.Clone(), vectors: null, CancellationToken.None);
        Array.Sort(values);
        Array.Reverse(values);
        return values;
    }

    /// <summary>Q, [N, N].</summary>
    /// <param name="cancellationToken">Checked once a group of rows.</param>
    public DenseMatrix Basis(CancellationToken cancellationToken = default)
    {
        var basis = DenseMatrix.Identity(Diagonal.Length);

        // Row i of the identity lies outside the reflectors from step i on.
        Reflect(basis, row => row - 1, cancellationToken);
        return basis;
    }

    /// <summary>Turns eigenvectors of T into those of A.</summary>
    /// <param name="vectors">Rows, [M, N].</param>
    /// <param name="cancellationToken">Checked once a group of rows.</param>
    public void Reflect(DenseMatrix vectors, CancellationToken cancellationToken = default) => Reflect(vectors, _ => int.MaxValue, cancellationToken);

    /// <summary>A few rows at a time, so that reflectors are read seldom.</summary>
    /// <param name="rows">Rows, [M, N].</param>
    /// <param name="last">Last reflector that can change a row.</param>
    /// <param name="cancellationToken">Checked once a group of rows.</param>
    private void Reflect(DenseMatrix rows, Func<int, int> last, CancellationToken cancellationToken)
    {
        const int Group = 16;
        var n = rows.Columns;
        Blocks.ForEach((rows.Rows + Group - 1) / Group, group =>
        {
            var end = Math.Min(rows.Rows, (group + 1) * Group);
            for (var k = Math.Min(n - 3, last(end - 1)); k >= 0; k--)
            {
                if (scales[k] == 0)
                {
                    continue;
                }

                ReadOnlySpan<double> v = reflectors.Row(k)[(k + 1)..];
                for (var i = group * Group; i < end; i++)
                {
                    var row = rows.Row(i)[(k + 1)..];
                    TensorPrimitives.MultiplyAdd(v, -scales[k] * TensorPrimitives.Dot(v, row), row, row);
                }
            }
        }, cancellationToken);
    }

    /// <summary>
    /// Reduces A to tridiagonal form. Row k of <paramref name="a"/> keeps the reflector of step k in its columns k + 1 …, its first component included;
    /// H_k = I - scale_k v vᵀ.
    /// </summary>
    private static void Tridiagonalise(DenseMatrix a, double[] diagonal, double[] off, double[] scales, CancellationToken cancellationToken)
    {
        var n = a.Rows;
        var w = new double[n];
        var previous = -1;
        for (var k = 0; k < n; k++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (previous >= 0)
            {
                UpdateRow(a, k, previous, w);
            }

            diagonal[k] = a[k, k];
            if (k == n - 1)
            {
                return;
            }

            var v = a.Row(k)[(k + 1)..];
            var norm = k + 2 < n ? TensorPrimitives.Norm<double>(v) : Math.Abs(v[0]);
            var tail = k + 2 < n ? TensorPrimitives.SumOfSquares<double>(v[1..]) : 0;
            if (tail == 0)
            {
                off[k] = v[0];
                scales[k] = 0;
                v.Clear();
            }
            else
            {
                off[k] = v[0] > 0 ? -norm : norm;
                v[0] -= off[k];
                scales[k] = 2 / ((v[0] * v[0]) + tail);
            }

            w = Step(a, k, previous, w, scales[k]);
            previous = k;
        }
    }

    /// <summary>Applies the pending update of step <paramref name="previous"/> to the trailing block and returns w of step <paramref name="k"/>.</summary>
    private static double[] Step(DenseMatrix a, int k, int previous, double[] w, double scale)
    {
        var n = a.Rows;
        var parts = n - k < 256 ? 1 : Environment.ProcessorCount;
        var partial = new double[parts][];
        Blocks.ForEach(parts, part =>
        {
            // Rows are dealt out in turn: they get shorter, and every part must have as much to do.
            var p = new double[n];
            var v = a.Row(k);
            for (var i = k + 1 + part; i < n; i += parts)
            {
                if (previous >= 0)
                {
                    UpdateRow(a, i, previous, w);
                }

                if (scale == 0)
                {
                    continue;
                }

                var row = a.Row(i);
                p[i] += row[i] * v[i];
                if (i + 1 < n)
                {
                    p[i] += TensorPrimitives.Dot<double>(row[(i + 1)..], v[(i + 1)..]);
                    TensorPrimitives.MultiplyAdd(row[(i + 1)..], v[i], p.AsSpan(i + 1), p.AsSpan(i + 1));
                }
            }

            partial[part] = p;
        }, CancellationToken.None);

        var next = partial[0];
        for (var part = 1; part < parts; part++)
        {
            TensorPrimitives.Add<double>(next, partial[part], next);
        }

        var reflector = a.Row(k)[(k + 1)..];
        var target = next.AsSpan(k + 1);
        TensorPrimitives.Multiply(target, scale, target);
        TensorPrimitives.MultiplyAdd(reflector, -0.5 * scale * TensorPrimitives.Dot<double>(target, reflector), target, target);
        return next;
    }

    /// <summary>A[i, i..] -= v_i w + w_i v, with v in row <paramref name="step"/>.</summary>
    private static void UpdateRow(DenseMatrix a, int i, int step, double[] w)
    {
        var v = a.Row(step)[i..];
        var row = a.Row(i)[i..];
        TensorPrimitives.MultiplyAdd(w.AsSpan(i), -v[0], row, row);
        TensorPrimitives.MultiplyAdd(v, -w[i], row, row);
    }
}
