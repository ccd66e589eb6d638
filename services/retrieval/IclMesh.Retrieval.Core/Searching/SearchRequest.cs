using IclMesh.Retrieval.Core.Collections;

namespace IclMesh.Retrieval.Core.Searching;

/// <summary>Asks for demonstrations for one query.</summary>
public sealed record SearchRequest
{
    /// <summary>The leak guard's default cosine: above it two texts differ in spacing, case or a typing error, not in content.</summary>
    public const float DefaultLeakSimilarity = 0.9995f;

    /// <summary>Where to look.</summary>
    public required CollectionName Collection { get; init; }

    /// <summary>The query's embedding, [D].</summary>
    public required ReadOnlyMemory<float> Vector { get; init; }

    /// <summary>The model that made the embedding.</summary>
    public required EmbeddingModel Model { get; init; }

    /// <summary>The query's own text, for the leak guard and the seeded draw.</summary>
    public required string Text { get; init; }

    /// <summary>How many demonstrations to return, 1 or more; fewer come back where fewer are allowed.</summary>
    public int Count { get; init; } = 8;

    /// <summary>How to choose.</summary>
    public SelectionStrategy Strategy { get; init; }

    /// <summary>Seed of everything random.</summary>
    public ulong Seed { get; init; }

    /// <summary>In which order to return.</summary>
    public DemonstrationOrder Order { get; init; }

    /// <summary>Ids that must not be returned, such as the query's own.</summary>
    public IReadOnlyCollection<string> ExcludedIds { get; init; } = [];

    /// <summary>Refuses demonstrations with the query's text or, nearly, its vector.</summary>
    public bool GuardLeaks { get; init; } = true;

    /// <summary>A demonstration whose vector has at least this cosine with the query's is a near-duplicate of it and left out, in (0, 1].</summary>
    public float LeakSimilarity { get; init; } = DefaultLeakSimilarity;
}
