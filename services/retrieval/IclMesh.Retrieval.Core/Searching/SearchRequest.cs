using IclMesh.Retrieval.Core.Collections;
using IclMesh.Retrieval.Core.Filters;

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

    /// <summary>What makes a demonstration relevant.</summary>
    public SearchMode Mode { get; init; }

    /// <summary>How a hybrid search fuses its lists.</summary>
    public FusionSettings Fusion { get; init; } = new();

    /// <summary>Only demonstrations that pass; null for all.</summary>
    public Filter? Filter { get; init; }

    /// <summary>How many candidates the strategy chooses from, at least <see cref="Count"/>; null: ten times as many, at least 100.</summary>
    public int? Candidates { get; init; }

    /// <summary>How to choose.</summary>
    public SelectionStrategy Strategy { get; init; }

    /// <summary>Weight of relevance against novelty in maximal marginal relevance, in [0, 1].</summary>
    public double Lambda { get; init; } = 0.5;

    /// <summary>λ of the determinantal point process, greater than 0: smaller values weigh relevance more. 0.05 is its authors' for an untrained encoder.</summary>
    public double DppLambda { get; init; } = 0.05;

    /// <summary>Neighbours that each candidate votes for in Vote-k, as its authors chose.</summary>
    public int VoteNeighbours { get; init; } = 150;

    /// <summary>The model's confidence by id for the second stage of Vote-k; empty leaves that stage out.</summary>
    public IReadOnlyDictionary<string, double> Confidences { get; init; } = new Dictionary<string, double>();

    /// <summary>How many of each label; labels without a quota are free.</summary>
    public IReadOnlyList<LabelQuota> Quotas { get; init; } = [];

    /// <summary>Takes about equally many of every label, as far as there are enough.</summary>
    public bool BalanceLabels { get; init; }

    /// <summary>Cosine at or above which two chosen demonstrations would be near-duplicates, in (0, 1]; null switches the check off.</summary>
    public float? DuplicateSimilarity { get; init; }

    /// <summary>Share of common five-character shingles, estimated by MinHash, from which two chosen texts would be near-duplicates, in (0, 1]; null switches the check off.</summary>
    public double? DuplicateResemblance { get; init; }

    /// <summary>What the chosen ones may cost together; null for no limit.</summary>
    public TokenBudget? Budget { get; init; }

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
