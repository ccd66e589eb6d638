namespace IclMesh.Kernel.Tests;

/// <summary>Seeded inputs.</summary>
internal static class Draw
{
    public static DenseMatrix Normal(int rows, int columns, ulong seed, double offset = 0)
    {
        var random = new SeededRandom(seed);
        var matrix = new DenseMatrix(rows, columns);
        for (var i = 0; i < matrix.Values.Length; i++)
        {
            matrix.Values[i] = offset + random.Normal();
        }

        return matrix;
    }

    public static DenseMatrix Labels(int rows, int classes, ulong seed)
    {
        var random = new SeededRandom(seed);
        var labels = new int[rows];
        for (var i = 0; i < rows; i++)
        {
            labels[i] = random.Below(classes);
        }

        return DenseMatrix.OneHot(labels, classes);
    }

    public static Samples<float> Single(this DenseMatrix matrix) => new(matrix.ToSingle(), matrix.Rows, matrix.Columns);
}
