namespace IclMesh.Kernel.Core.Numerics;

/// <summary>Row-major feature vectors in the precision of the caller.</summary>
/// <typeparam name="T">float or double.</typeparam>
/// <param name="Values">Rows x Columns elements.</param>
/// <param name="Rows">Number of vectors.</param>
/// <param name="Columns">Features D.</param>
public readonly record struct Samples<T>(ReadOnlyMemory<T> Values, int Rows, int Columns)
    where T : struct
{
    /// <summary>One vector, [D].</summary>
    /// <param name="row">Row from 0.</param>
    public ReadOnlySpan<T> this[int row] => Values.Span.Slice(row * Columns, Columns);

    /// <summary>Consecutive vectors, row-major.</summary>
    /// <param name="start">First row.</param>
    /// <param name="count">Number of rows.</param>
    public ReadOnlySpan<T> Rowset(int start, int count) => Values.Span.Slice(start * Columns, count * Columns);
}
