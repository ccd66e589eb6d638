namespace IclMesh.Kernel.Core.Numerics;

/// <summary>Matrix products written as their definition; the reference of <see cref="BlockedProduct"/>.</summary>
public static class PlainProduct
{
    /// <summary>C[m, n] = A[m, k] B[n, k]ᵀ.</summary>
    /// <param name="a">A.</param>
    /// <param name="b">B.</param>
    public static DenseMatrix MultiplyTransposed(DenseMatrix a, DenseMatrix b)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        ArgumentOutOfRangeException.ThrowIfNotEqual(a.Columns, b.Columns);
        var c = new DenseMatrix(a.Rows, b.Rows);
        for (var i = 0; i < a.Rows; i++)
        {
            for (var j = 0; j < b.Rows; j++)
            {
                var sum = 0.0;
                for (var k = 0; k < a.Columns; k++)
                {
                    sum += a[i, k] * b[j, k];
                }

                c[i, j] = sum;
            }
        }

        return c;
    }
}
