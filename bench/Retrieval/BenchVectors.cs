using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace IclMesh.Bench.Retrieval;

/// <summary>Unit vectors in clusters, as embeddings of text lie; the same for the same seed.</summary>
internal static class BenchVectors
{
    private const int RowsPerCluster = 100;
    private const float Spread = 1.2f;

    /// <summary>Makes vectors, [rows, dimension].</summary>
    /// <param name="rows">Number of vectors.</param>
    /// <param name="dimension">Components of each.</param>
    /// <param name="seed">Seed of the vectors; clusters are the same for all seeds.</param>
    public static float[] Make(int rows, int dimension, int seed)
    {
        var clusters = Math.Max(1, 100_000 / RowsPerCluster);
        var centres = Gaussian(new Random(1), clusters * dimension);
        var random = new Random(seed);
        var values = Gaussian(random, rows * dimension);
        for (var row = 0; row < rows; row++)
        {
            var vector = values.AsSpan(row * dimension, dimension);
            TensorPrimitives.MultiplyAdd(vector, Spread, centres.AsSpan(random.Next(clusters) * dimension, dimension), vector);
            TensorPrimitives.Divide(vector, TensorPrimitives.Norm<float>(vector), vector);
        }

        return values;
    }

    /// <summary>Writes vectors as raw fp32 for a peer.</summary>
    /// <param name="path">The file.</param>
    /// <param name="values">The vectors.</param>
    public static void Save(string path, float[] values)
    {
        using var file = File.Create(path);
        file.Write(MemoryMarshal.AsBytes(values.AsSpan()));
    }

    private static float[] Gaussian(Random random, int count)
    {
        var values = new float[count];
        for (var i = 0; i < count; i++)
        {
            values[i] = (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));
        }

        return values;
    }
}
