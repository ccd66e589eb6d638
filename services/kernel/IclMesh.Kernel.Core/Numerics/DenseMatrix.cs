namespace IclMesh.Kernel.Core.Numerics;

/// <summary>A row-major matrix of 64-bit floats that owns its memory.</summary>
public sealed class DenseMatrix
{
    /// <summary>A matrix of zeros.</summary>
    /// <param name="rows">Number of rows, 0 or more.</param>
    /// <param name="columns">Number of columns, 0 or more.</param>
    public DenseMatrix(int rows, int columns)
        : this(new double[checked(rows * columns)], rows, columns)
    {
    }

    /// <summary>Takes <paramref name="values"/> over as [<paramref name="rows"/>, <paramref name="columns"/>].</summary>
    /// <param name="values">Row-major elements; not copied.</param>
    /// <param name="rows">Number of rows, 0 or more.</param>
    /// <param name="columns">Number of columns, 0 or more.</param>
    /// <exception cref="ArgumentException">The length is not rows x columns.</exception>
    public DenseMatrix(double[] values, int rows, int columns)
    {
        ArgumentNullException.ThrowIfNull(values);
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        ArgumentOutOfRangeException.ThrowIfNegative(columns);
        if (values.Length != (long)rows * columns)
        {
            throw new ArgumentException($"{values.Length} elements cannot be a [{rows}, {columns}] matrix", nameof(values));
        }

        Values = values;
        Rows = rows;
        Columns = columns;
    }

    /// <summary>All elements, row by row.</summary>
    public double[] Values { get; }

    /// <summary>Number of rows.</summary>
    public int Rows { get; }

    /// <summary>Number of columns.</summary>
    public int Columns { get; }

    /// <summary>One element.</summary>
    /// <param name="row">Row from 0.</param>
    /// <param name="column">Column from 0.</param>
    public double this[int row, int column]
    {
        get => Values[(row * Columns) + column];
        set => Values[(row * Columns) + column] = value;
    }

    /// <summary>Widens a single-precision matrix.</summary>
    /// <param name="view">The matrix to copy.</param>
    public static DenseMatrix From(MatrixView view)
    {
        var copy = new DenseMatrix(view.Rows, view.Columns);
        TensorPrimitives.ConvertTruncating(view.Span, copy.Values);
        return copy;
    }

    /// <summary>The identity, [size, size].</summary>
    /// <param name="size">Rows and columns, 0 or more.</param>
    public static DenseMatrix Identity(int size)
    {
        var identity = new DenseMatrix(size, size);
        for (var i = 0; i < size; i++)
        {
            identity[i, i] = 1;
        }

        return identity;
    }

    /// <summary>A matrix from rows of equal length.</summary>
    /// <param name="rows">The rows; at least one.</param>
    public static DenseMatrix FromRows(IReadOnlyList<double[]> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        var matrix = new DenseMatrix(rows.Count, rows.Count == 0 ? 0 : rows[0].Length);
        for (var i = 0; i < rows.Count; i++)
        {
            rows[i].CopyTo(matrix.Row(i));
        }

        return matrix;
    }

    /// <summary>One-hot rows for class indices.</summary>
    /// <param name="labels">Class of each row, from 0.</param>
    /// <param name="classes">Number of columns C.</param>
    public static DenseMatrix OneHot(ReadOnlySpan<int> labels, int classes)
    {
        var matrix = new DenseMatrix(labels.Length, classes);
        for (var i = 0; i < labels.Length; i++)
        {
            matrix[i, labels[i]] = 1;
        }

        return matrix;
    }

    /// <summary>One row, [columns], writable.</summary>
    /// <param name="row">Row from 0.</param>
    public Span<double> Row(int row) => Values.AsSpan(row * Columns, Columns);

    /// <summary>A copy of one column, [rows].</summary>
    /// <param name="column">Column from 0.</param>
    public double[] Column(int column)
    {
        var copy = new double[Rows];
        for (var i = 0; i < Rows; i++)
        {
            copy[i] = this[i, column];
        }

        return copy;
    }

    /// <summary>A copy of the named rows in the given order.</summary>
    /// <param name="rows">Row numbers from 0; repeats are allowed.</param>
    public DenseMatrix Select(ReadOnlySpan<int> rows)
    {
        var selected = new DenseMatrix(rows.Length, Columns);
        for (var i = 0; i < rows.Length; i++)
        {
            Row(rows[i]).CopyTo(selected.Row(i));
        }

        return selected;
    }

    /// <summary>The transpose as a copy.</summary>
    public DenseMatrix Transpose()
    {
        const int Tile = 32;
        var result = new DenseMatrix(Columns, Rows);
        for (var i0 = 0; i0 < Rows; i0 += Tile)
        {
            for (var j0 = 0; j0 < Columns; j0 += Tile)
            {
                for (var i = i0; i < Math.Min(i0 + Tile, Rows); i++)
                {
                    for (var j = j0; j < Math.Min(j0 + Tile, Columns); j++)
                    {
                        result.Values[(j * Rows) + i] = Values[(i * Columns) + j];
                    }
                }
            }
        }

        return result;
    }

    /// <summary>Narrows to single precision, row by row.</summary>
    public float[] ToSingle()
    {
        var narrow = new float[Values.Length];
        TensorPrimitives.ConvertTruncating<double, float>(Values, narrow);
        return narrow;
    }
}
