namespace IclMesh;

/// <summary>A row-major matrix over memory that somebody else owns.</summary>
public readonly struct MatrixView
{
    private readonly ReadOnlyMemory<float> values;

    /// <summary>Views <paramref name="values"/> as [<paramref name="rows"/>, <paramref name="columns"/>].</summary>
    /// <param name="values">Row-major elements, rows x columns of them.</param>
    /// <param name="rows">Number of rows, 0 or more.</param>
    /// <param name="columns">Number of columns, 0 or more.</param>
    /// <exception cref="ArgumentException">The length is not rows x columns.</exception>
    public MatrixView(ReadOnlyMemory<float> values, int rows, int columns)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        ArgumentOutOfRangeException.ThrowIfNegative(columns);
        if (values.Length != (long)rows * columns)
        {
            throw new ArgumentException($"{values.Length} elements cannot be a [{rows}, {columns}] matrix", nameof(values));
        }

        this.values = values;
        Rows = rows;
        Columns = columns;
    }

    /// <summary>Number of rows.</summary>
    public int Rows { get; }

    /// <summary>Number of columns.</summary>
    public int Columns { get; }

    /// <summary>All elements, row by row.</summary>
    public ReadOnlySpan<float> Span => values.Span;

    /// <summary>One row, [columns].</summary>
    /// <param name="row">Row number from 0.</param>
    public ReadOnlySpan<float> this[int row] => values.Span.Slice(row * Columns, Columns);
}
