namespace IclMesh.Kernel.Core.Numerics;

/// <summary>A = Vᵀ diag(λ) V for symmetric A: Householder tridiagonalisation, then implicit QL.</summary>
/// <remarks>
/// Source: G. H. Golub and C. F. Van Loan, "Matrix Computations", 8.3. Three changes for speed: the symmetric product of one step rides on the
/// rank-two update of the step before, so the matrix is read once per step; plane rotations are recorded and replayed on slabs of columns that stay in
/// cache; eigenvectors are rows.
/// </remarks>
public sealed class SymmetricEigen
{
    private const int Slab = 32;
    private const int MaximumSweeps = 60;
    private const double UnitRoundoff = 1.0 / (1UL << 53);

    private SymmetricEigen(double[] values, DenseMatrix vectors)
    {
        Values = values;
        Vectors = vectors;
    }

    /// <summary>Eigenvalues, descending, [N].</summary>
    public double[] Values { get; }

    /// <summary>Eigenvectors as rows in the order of <see cref="Values"/>, [N, N], orthonormal.</summary>
    public DenseMatrix Vectors { get; }

    /// <summary>Decomposes a symmetric matrix.</summary>
    /// <param name="symmetric">A, [N, N]; not changed; only its upper triangle is read.</param>
    /// <param name="cancellationToken">Checked once a step.</param>
    public static SymmetricEigen Decompose(DenseMatrix symmetric, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(symmetric);
        ArgumentOutOfRangeException.ThrowIfNotEqual(symmetric.Rows, symmetric.Columns);
        var n = symmetric.Rows;
        var a = new DenseMatrix((double[])symmetric.Values.Clone(), n, n);
        var diagonal = new double[n];
        var off = new double[n];
        var scales = new double[n];
        Tridiagonalise(a, diagonal, off, scales, cancellationToken);

        var vectors = new DenseMatrix(n, n);
        for (var i = 0; i < n; i++)
        {
            vectors[i, i] = 1;
        }

        Diagonalise(diagonal, off, vectors, cancellationToken);
        Reflect(a, scales, vectors, cancellationToken);

        var order = new int[n];
        for (var i = 0; i < n; i++)
        {
            order[i] = i;
        }

        Array.Sort(order, (x, y) => diagonal[x] == diagonal[y] ? x.CompareTo(y) : diagonal[y].CompareTo(diagonal[x]));
        return new(Array.ConvertAll(order, i => diagonal[i]), vectors.Select(order));
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

    /// <summary>Implicit QL with Wilkinson's shift; rotations are replayed on the rows of <paramref name="vectors"/> in batches.</summary>
    private static void Diagonalise(double[] d, double[] e, DenseMatrix vectors, CancellationToken cancellationToken)
    {
        var n = d.Length;
        var rotations = new List<Rotation>();
        var scale = 0.0;
        for (var l = 0; l < n; l++)
        {
            // Relative to the largest entries so far, not to the neighbours: what tridiagonalisation left of a graded matrix is rounding of that size.
            scale = Math.Max(scale, Math.Abs(d[l]) + Math.Abs(e[l]));
            for (var sweep = 0; ; sweep++)
            {
                var m = l;
                while (m < n - 1 && Math.Abs(e[m]) > UnitRoundoff * scale)
                {
                    m++;
                }

                if (m == l)
                {
                    break;
                }

                if (sweep == MaximumSweeps)
                {
                    throw new ArithmeticException($"eigenvalue {l} of {n} did not converge in {MaximumSweeps} sweeps");
                }

                QlSweep(d, e, l, m, rotations);
            }

            if (rotations.Count > 1 << 20)
            {
                Replay(rotations, vectors, cancellationToken);
            }
        }

        Replay(rotations, vectors, cancellationToken);
    }

    private static void QlSweep(double[] d, double[] e, int l, int m, List<Rotation> rotations)
    {
        var g = (d[l + 1] - d[l]) / (2 * e[l]);
        var r = double.Hypot(g, 1);
        g = d[m] - d[l] + (e[l] / (g + Math.CopySign(r, g)));
        var (s, c, p) = (1.0, 1.0, 0.0);
        for (var i = m - 1; i >= l; i--)
        {
            var f = s * e[i];
            var b = c * e[i];
            r = double.Hypot(f, g);
            e[i + 1] = r;
            if (r == 0)
            {
                d[i + 1] -= p;
                e[m] = 0;
                return;
            }

            s = f / r;
            c = g / r;
            g = d[i + 1] - p;
            r = ((d[i] - g) * s) + (2 * c * b);
            p = s * r;
            d[i + 1] = g + p;
            g = (c * r) - b;
            rotations.Add(new(i, c, s));
        }

        d[l] -= p;
        e[l] = g;
        e[m] = 0;
    }

    private static void Replay(List<Rotation> rotations, DenseMatrix vectors, CancellationToken cancellationToken)
    {
        var n = vectors.Rows;
        Blocks.ForEach((n + Slab - 1) / Slab, slab =>
        {
            var start = slab * Slab;
            var width = Math.Min(Slab, n - start);
            var kept = new double[n * Slab];
            for (var i = 0; i < n; i++)
            {
                vectors.Row(i).Slice(start, width).CopyTo(kept.AsSpan(i * Slab));
            }

            foreach (var rotation in rotations)
            {
                rotation.Apply(kept.AsSpan(rotation.Row * Slab, 2 * Slab), Slab);
            }

            for (var i = 0; i < n; i++)
            {
                kept.AsSpan(i * Slab, width).CopyTo(vectors.Row(i).Slice(start, width));
            }
        }, cancellationToken);
        rotations.Clear();
    }

    /// <summary>Turns eigenvectors of the tridiagonal matrix into those of A, a few rows at a time so that reflectors are read seldom.</summary>
    private static void Reflect(DenseMatrix reflectors, double[] scales, DenseMatrix vectors, CancellationToken cancellationToken)
    {
        const int Group = 16;
        var n = vectors.Rows;
        Blocks.ForEach((n + Group - 1) / Group, group =>
        {
            for (var k = n - 3; k >= 0; k--)
            {
                if (scales[k] == 0)
                {
                    continue;
                }

                ReadOnlySpan<double> v = reflectors.Row(k)[(k + 1)..];
                for (var i = group * Group; i < Math.Min(n, (group + 1) * Group); i++)
                {
                    var row = vectors.Row(i)[(k + 1)..];
                    TensorPrimitives.MultiplyAdd(v, -scales[k] * TensorPrimitives.Dot(v, row), row, row);
                }
            }
        }, cancellationToken);
    }
}
