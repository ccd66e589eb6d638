using System.Runtime.InteropServices;
using System.Text.Json;
using IclMesh.Kernel.Core.Numerics;

namespace IclMesh.Bench.Kernel;

/// <summary>Inputs of one problem, drawn once and written for the peers.</summary>
internal sealed class KernelProblem
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    public KernelProblem(string name, int demonstrations, int features, int classes, int queries = 0)
    {
        Name = name;
        var random = new SeededRandom(1);
        Features = Draw(random, demonstrations, features);
        Queries = Draw(random, queries, features);
        SingleFeatures = new(Features.ToSingle(), demonstrations, features);
        SingleQueries = new(Queries.ToSingle(), queries, features);
        Labels = new(demonstrations, classes);
        for (var n = 0; n < demonstrations; n++)
        {
            var signal = Features[n, 0] + (0.5 * Features[n, 1]);
            if (classes == 1)
            {
                Labels[n, 0] = (float)(Math.Sin(signal) + (0.3 * random.Normal()));
            }
            else
            {
                Labels[n, Math.Clamp((int)((signal + 1.5) * classes / 3), 0, classes - 1)] = 1;
            }
        }
    }

    public string Name { get; }

    public DenseMatrix Features { get; }

    public DenseMatrix Queries { get; }

    public DenseMatrix Labels { get; }

    public double Gamma { get; init; }

    public double[] Bandwidths { get; init; } = [];

    public double[] Ridges { get; init; } = [];

    /// <summary>Features as the peers hold them: in 32 bit, in memory before the clock starts.</summary>
    public Samples<float> SingleFeatures { get; }

    /// <summary>Queries in 32 bit.</summary>
    public Samples<float> SingleQueries { get; }

    public void Write(string folder)
    {
        Directory.CreateDirectory(folder);
        Write(folder, "features.bin", Features);
        Write(folder, "queries.bin", Queries);
        Write(folder, "labels.bin", Labels);
        var shape = new { n = Features.Rows, d = Features.Columns, c = Labels.Columns, q = Queries.Rows, gamma = Gamma, bandwidths = Bandwidths, ridges = Ridges };
        File.WriteAllText(Path.Combine(folder, "shape.json"), JsonSerializer.Serialize(shape, Json));
    }

    private static void Write(string folder, string name, DenseMatrix matrix) =>
        File.WriteAllBytes(Path.Combine(folder, name), MemoryMarshal.AsBytes<float>(matrix.ToSingle()).ToArray());

    /// <summary>Standard normal, rounded to 32 bit so that every precision sees the same numbers.</summary>
    private static DenseMatrix Draw(SeededRandom random, int rows, int columns)
    {
        var matrix = new DenseMatrix(rows, columns);
        for (var i = 0; i < matrix.Values.Length; i++)
        {
            matrix.Values[i] = (float)random.Normal();
        }

        return matrix;
    }
}
