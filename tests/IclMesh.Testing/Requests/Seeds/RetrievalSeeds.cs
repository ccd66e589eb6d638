using System.Runtime.InteropServices;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using IclMesh.Retrieval.V1;

namespace IclMesh.Testing.Requests.Seeds;

/// <summary>One or more valid requests for every RPC of the retrieval service.</summary>
public static class RetrievalSeeds
{
    private const int Dimension = 8;

    /// <summary>Requests by the name of their RPC, over the collection that <see cref="Fill"/> makes.</summary>
    public static IReadOnlyDictionary<string, IMessage[]> All { get; } = new Dictionary<string, IMessage[]>
    {
        ["CreateCollection"] = [new CreateCollectionRequest { Collection = Demos("demos") }, new CreateCollectionRequest { Collection = Demos("space/other") }],
        ["GetCollection"] = [new GetCollectionRequest { Name = "demos" }],
        ["ListCollections"] = [new ListCollectionsRequest { PageSize = 1 }, new ListCollectionsRequest { Namespace = "space" }],
        ["DeleteCollection"] = [new DeleteCollectionRequest { Name = "demos" }, new DeleteCollectionRequest { Name = "space/other" }],
        ["UpsertDemonstrations"] = [Batch(), new UpsertDemonstrationsRequest(Batch()) { ExpectedVersions = { ["d1"] = 2 } }],
        ["GetDemonstrations"] = [new GetDemonstrationsRequest { Collection = "demos", Ids = { "d1", "nothing" }, IncludeVectors = true }],
        ["ListDemonstrations"] = [new ListDemonstrationsRequest { Collection = "demos", PageSize = 3, Filter = "metadata.n > 3 and not label in ('x', 'y')", IncludeDeleted = true }],
        ["DeleteDemonstrations"] = [new DeleteDemonstrationsRequest { Collection = "demos", Ids = { "d1", "d2" } }],
        ["Search"] =
        [
            Query(SelectionStrategy.Similar), Query(SelectionStrategy.Mmr), Query(SelectionStrategy.Dpp), Query(SelectionStrategy.VoteK),
            Query(SelectionStrategy.Cover), Query(SelectionStrategy.Random), new SearchRequest(Query(SelectionStrategy.Similar)) { Mode = SearchMode.Hybrid },
            new SearchRequest(Query(SelectionStrategy.Similar)) { Mode = SearchMode.Text, NearDuplicateResemblance = 0.9 },
        ],
        ["BatchSearch"] = [new BatchSearchRequest { Collection = "demos", EmbeddingModel = "m", EmbeddingModelVersion = "1", K = 3, Vectors = { Vector(1), Vector(2) } }],
        ["ListChanges"] = [new ListChangesRequest { Collection = "demos", AfterVersion = 3, PageSize = 4 }],
        ["CompactCollection"] = [new CompactCollectionRequest { Collection = "demos" }],
        ["CreateSnapshot"] = [new CreateSnapshotRequest { Collection = "demos", Snapshot = "kept" }, new CreateSnapshotRequest { Collection = "demos", Snapshot = "other" }],
        ["ListSnapshots"] = [new ListSnapshotsRequest { Collection = "demos" }],
        ["DeleteSnapshot"] = [new DeleteSnapshotRequest { Collection = "demos", Snapshot = "other" }],
        ["RestoreSnapshot"] = [new RestoreSnapshotRequest { Collection = "demos", Snapshot = "kept", Target = "again" }],
        ["AuditCollection"] = [new AuditCollectionRequest { Collection = "demos", Neighbours = 3, Bandwidth = 0.2, QueryVectors = { Vector(3) } }],
    };

    /// <summary>What brings a store into the state that the requests expect, by the name of the RPC.</summary>
    public static IReadOnlyList<(string Rpc, IMessage Request)> Fill { get; } =
    [
        ("CreateCollection", new CreateCollectionRequest { Collection = Demos("demos") }),
        ("UpsertDemonstrations", Batch()),
        ("CreateSnapshot", new CreateSnapshotRequest { Collection = "demos", Snapshot = "kept" }),
        ("DeleteCollection", new DeleteCollectionRequest { Name = "again" }),
    ];

    private static ByteString Vector(int seed) => ByteString.CopyFrom(MemoryMarshal.AsBytes<float>([.. Enumerable.Range(0, Dimension).Select(i => MathF.Sin((seed * 7) + (i * i) + 1))]));

    private static Demonstration Row(int i) => new()
    {
        Id = $"d{i}",
        Text = $"text number {i} of a café in 東京",
        Label = i % 2 == 0 ? "positive" : "negative",
        Split = "train",
        Vector = Vector(i),
        Metadata = new() { Fields = { ["n"] = Value.ForNumber(i), ["s"] = Value.ForString("x"), ["b"] = Value.ForBool(true) } },
        MetadataIntegers = { ["big"] = 9_007_199_254_740_993 },
        LabelDistribution = { ["positive"] = 0.75f, ["negative"] = 0.25f },
    };

    private static Collection Demos(string name) =>
        new() { Name = name, Dimension = Dimension, EmbeddingModel = "m", EmbeddingModelVersion = "1", Attributes = { ["k"] = "v" } };

    private static UpsertDemonstrationsRequest Batch() => new()
    {
        Collection = "demos",
        EmbeddingModel = "m",
        EmbeddingModelVersion = "1",
        Demonstrations = { Enumerable.Range(0, 30).Select(Row) },
    };

    private static SearchRequest Query(SelectionStrategy strategy) => new()
    {
        Collection = "demos",
        Text = "text of a cafe",
        Vector = Vector(99),
        EmbeddingModel = "m",
        EmbeddingModelVersion = "1",
        K = 4,
        Strategy = strategy,
        Filter = "metadata.n >= 0",
        LeakGuard = new() { ExcludedIds = { "d3" }, NearDuplicateCosine = 0.99 },
        TokenBudget = new() { Maximum = 1_000, CostKey = "n" },
        Quotas = { new LabelQuota { Label = "positive", Minimum = 1 } },
        Candidates = 20,
    };
}
