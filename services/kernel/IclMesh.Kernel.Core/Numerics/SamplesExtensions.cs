namespace IclMesh.Kernel.Core.Numerics;

/// <summary>Views and copies between precisions.</summary>
public static class SamplesExtensions
{
    /// <summary>Views a matrix as samples.</summary>
    /// <param name="matrix">The matrix.</param>
    public static Samples<double> AsSamples(this DenseMatrix matrix)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        return new(matrix.Values, matrix.Rows, matrix.Columns);
    }

    /// <summary>Widens samples into a matrix.</summary>
    /// <typeparam name="T">float or double.</typeparam>
    /// <param name="samples">The samples.</param>
    public static DenseMatrix ToDense<T>(this Samples<T> samples)
        where T : struct, System.Numerics.INumber<T>
    {
        var matrix = new DenseMatrix(samples.Rows, samples.Columns);
        TensorPrimitives.ConvertTruncating<T, double>(samples.Values.Span, matrix.Values);
        return matrix;
    }
}
