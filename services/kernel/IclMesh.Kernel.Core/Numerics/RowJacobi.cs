namespace IclMesh.Kernel.Core.Numerics;

/// <summary>Thin singular value decomposition A = Uᵀ diag(σ) V by orthogonalising rows in pairs; slow, and accurate for small singular values too.</summary>
/// <remarks>Source: M. R. Hestenes, "Inversion of Matrices by Biorthogonalization and Related Results", 1958; accuracy: J. Demmel and K. Veselić, 1992.</remarks>
public sealed class RowJacobi
{
    private const double Orthogonal = 1e-15;
    private const int MaximumSweeps = 40;

    private RowJacobi(double[] values, DenseMatrix left, DenseMatrix scaled)
    {
        Values = values;
        Left = left;
        Scaled = scaled;
    }

    /// <summary>Singular values σ, descending, [M].</summary>
    public double[] Values { get; }

    /// <summary>Left singular vectors as rows, [M, M].</summary>
    public DenseMatrix Left { get; }

    /// <summary>Right singular vectors as rows, each times its singular value, [M, N].</summary>
    public DenseMatrix Scaled { get; }

    /// <summary>Decomposes a matrix with few rows.</summary>
    /// <param name="matrix">A, [M, N]; not changed.</param>
    /// <param name="cancellationToken">Checked once a row.</param>
    public static RowJacobi Decompose(DenseMatrix matrix, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        var rows = new DenseMatrix((double[])matrix.Values.Clone(), matrix.Rows, matrix.Columns);
        var left = DenseMatrix.Identity(matrix.Rows);
        var rotated = true;
        for (var sweep = 0; rotated && sweep < MaximumSweeps; sweep++)
        {
            rotated = false;
            for (var i = 0; i < rows.Rows; i++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                for (var j = i + 1; j < rows.Rows; j++)
                {
                    rotated |= Orthogonalise(rows, left, i, j);
                }
            }
        }

        var norms = new double[rows.Rows];
        var order = new int[rows.Rows];
        for (var i = 0; i < norms.Length; i++)
        {
            order[i] = i;
            norms[i] = TensorPrimitives.Norm<double>(rows.Row(i));
        }

        Array.Sort(order, (x, y) => norms[x] == norms[y] ? x.CompareTo(y) : norms[y].CompareTo(norms[x]));
        return new(Array.ConvertAll(order, i => norms[i]), left.Select(order), rows.Select(order));
    }

    private static bool Orthogonalise(DenseMatrix rows, DenseMatrix left, int i, int j)
    {
        var x = rows.Row(i);
        var y = rows.Row(j);
        var (xx, yy) = (TensorPrimitives.SumOfSquares<double>(x), TensorPrimitives.SumOfSquares<double>(y));
        var xy = TensorPrimitives.Dot<double>(x, y);
        if (Math.Abs(xy) <= Orthogonal * Math.Sqrt(xx) * Math.Sqrt(yy))
        {
            return false;
        }

        var zeta = (yy - xx) / (2 * xy);
        var t = (zeta >= 0 ? 1 : -1) / (Math.Abs(zeta) + Math.Sqrt(1 + (zeta * zeta)));
        var c = 1 / Math.Sqrt(1 + (t * t));
        Rotate(x, y, c, c * t);
        Rotate(left.Row(i), left.Row(j), c, c * t);
        return true;
    }

    private static void Rotate(Span<double> x, Span<double> y, double c, double s)
    {
        for (var k = 0; k < x.Length; k++)
        {
            (x[k], y[k]) = ((c * x[k]) - (s * y[k]), (s * x[k]) + (c * y[k]));
        }
    }
}
