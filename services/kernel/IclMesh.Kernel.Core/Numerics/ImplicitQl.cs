namespace IclMesh.Kernel.Core.Numerics;

/// <summary>Eigenvalues, and where they are asked for eigenvectors, of a symmetric tridiagonal matrix.</summary>
/// <remarks>
/// Source: G. H. Golub and C. F. Van Loan, "Matrix Computations", 8.3. For speed, plane rotations are recorded and replayed on slabs of columns that stay
/// in cache.
/// </remarks>
internal static class ImplicitQl
{
    private const int Slab = 32;
    private const int MaximumSweeps = 60;
    private const double UnitRoundoff = 1.0 / (1UL << 53);

    /// <summary>Implicit QL with Wilkinson's shift; rotations are replayed on the rows of <paramref name="vectors"/> in batches.</summary>
    /// <param name="d">Diagonal in, eigenvalues in no order out, [N].</param>
    /// <param name="e">Entry n stands between n and n + 1, [N]; destroyed.</param>
    /// <param name="vectors">The identity in, eigenvectors as rows out, [N, N]; null for eigenvalues alone.</param>
    /// <param name="cancellationToken">Checked once a slab.</param>
    public static void Diagonalise(double[] d, double[] e, DenseMatrix? vectors, CancellationToken cancellationToken)
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
                    throw new MeshException(
                        ErrorKind.FailedPrecondition,
                        ErrorReasons.RequestInvalid,
                        $"the numbers of this problem are too far out of scale: eigenvalue {l} of {n} did not converge in {MaximumSweeps} sweeps");
                }

                QlSweep(d, e, l, m, rotations);
            }

            if (vectors is null)
            {
                rotations.Clear();
            }
            else if (l == n - 1 || rotations.Count > 1 << 20)
            {
                Replay(rotations, vectors, cancellationToken);
            }
        }
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
}
