using IclMesh.Retrieval.Core.Collections;

namespace IclMesh.Retrieval.Core.Searching;

/// <summary>Asks for demonstrations for one query.</summary>
public sealed record SearchRequest
{
    /// <summary>The leak guard's default cosine: above it two texts differ in spacing, case or a typing error, not in content.</summary>
    public const float DefaultLeakSimilarity = 0.999f;

    /// <summary>Where to look.</summary>
    public required CollectionName Collection { get; init; }

    /// <summary>The query's embedding, [D]; null only for strategies that need none.</summary>
    public ReadOnlyMemory<float>? Vector { get; init; }

    /// <summary>The model that made the embedding; null where the caller does not say.</summary>
    public EmbeddingModel? Model { get; init; }

    /// <summary>The query's own text, for the leak guard; empty where unknown.</summary>
    public string Text { get; init; } = "";

    /// <summary>The query's own id within the collection, for the leak guard; empty where it has none.</summary>
    public string Id { get; init; } = "";

    /// <summary>How many demonstrations to return, 1 or more; fewer come back where fewer are allowed.</summary>
    public int Count { get; init; } = 8;

    /// <summary>How to choose.</summary>
    public SelectionStrategy Strategy { get; init; }

    /// <summary>Seed of everything random.</summary>
    public ulong Seed { get; init; }

    /// <summary>In which order to return.</summary>
    public DemonstrationOrder Order { get; init; }

    /// <summary>A demonstration whose vector has at least this cosine with the query's is a near-duplicate of it and left out; above 1 switches the check off.</summary>
    public float LeakSimilarity { get; init; } = DefaultLeakSimilarity;
}
