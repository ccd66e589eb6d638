using IclMesh.Retrieval.Core;
using IclMesh.Retrieval.Core.Collections;
using IclMesh.Retrieval.Core.Demonstrations;
using IclMesh.Retrieval.Core.Searching;

namespace IclMesh.Retrieval.Tests;

/// <summary>What most tests start from.</summary>
internal static class Given
{
    public static readonly EmbeddingModel Model = new("test-encoder", "1");

    public static readonly IReadOnlyDictionary<string, string> NoAttributes = new Dictionary<string, string>();

    public static CollectionSchema Schema(int dimension = 2, VectorMetric metric = VectorMetric.Cosine) => new(dimension, metric, TextIndex: true, Model);

    public static CollectionName Name(string name = "demos") => new("", name);

    public static Demonstration Demonstration(string id, params float[] vector) => new()
    {
        Id = id,
        Text = $"text of {id}",
        Label = "positive",
        Vector = vector.Length == 0 ? [1, 0] : vector,
        Split = "train",
    };

    public static DemonstrationWrite Write(this Demonstration demonstration, long? expectedVersion = null) => new(demonstration, Model, expectedVersion);

    public static VectorQuery Query(int limit, params float[] vector) => new(vector, Model, limit);

    public static SearchRequest Request(int count, params float[] vector) => new()
    {
        Collection = Name(),
        Vector = vector,
        Model = Model,
        Text = "a query of its own",
        Count = count,
    };

    /// <summary>Unit-scale Gaussian vectors, the same for the same seed.</summary>
    public static float[][] Vectors(int count, int dimension, int seed = 1)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => Enumerable.Range(0, dimension).Select(_ => Gaussian(random)).ToArray())];
    }

    public static async Task<IDemonstrationStore> With(this IDemonstrationStore store, CollectionSchema schema, params IEnumerable<Demonstration> content)
    {
        await store.CreateCollectionAsync(Name(), schema, NoAttributes, default);
        var outcomes = await store.UpsertAsync(Name(), [.. content.Select(demonstration => demonstration.Write())], default);
        Assert.All(outcomes, outcome => Assert.Null(outcome.Error));
        return store;
    }

    private static float Gaussian(Random random) =>
        (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));
}
