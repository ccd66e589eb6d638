using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using IclMesh.Retrieval.V1;
using IclMesh.Testing;
using IclMesh.Testing.Requests;

namespace IclMesh.Retrieval.Tests.Host;

/// <summary>Whatever the protos can spell is answered, or refused with a status that says what to change.</summary>
public abstract class RandomRequestTests : IAsyncLifetime
{
    private const int Dimension = 8;

    private InProcessHost? host;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() =>
        host = await InProcessHost.StartAsync(builder => builder.AddRetrieval(), app => app.MapRetrieval(), await SettingsAsync());

    public async ValueTask DisposeAsync()
    {
        if (host is not null)
        {
            await host.DisposeAsync();
        }

        await CleanUpAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task AnyRequest_OfAnyRpc_IsAnsweredOrRefusedByName()
    {
        var requests = int.Parse(Environment.GetEnvironmentVariable("ICLMESH_RANDOM_REQUESTS") ?? "60", null);
        var caller = new RpcCaller(host!.Channel.CreateCallInvoker());
        var failures = new List<string>();
        var codes = new Dictionary<StatusCode, int>();
        foreach (var (place, method) in RetrievalService.Descriptor.Methods.Index())
        {
            var generator = new RequestGenerator(method.InputType, Valid(method), seed: place);
            for (var i = 0; i < requests; i++)
            {
                if (i % 20 == 0)
                {
                    await FillAsync(caller);
                }

                var request = generator.Next();
                var status = await caller.CallAsync(method, method.IsClientStreaming ? [request, generator.Next()] : [request], Token);
                codes[status.StatusCode] = codes.GetValueOrDefault(status.StatusCode) + 1;
                if (status.StatusCode is StatusCode.Internal or StatusCode.Unknown or StatusCode.Unavailable or StatusCode.DataLoss)
                {
                    failures.Add($"{method.Name}, seed {place}, request {i}: {status} to {Shorten(request)}");
                }
            }
        }

        Assert.Empty(failures);
        Assert.True(codes[StatusCode.OK] > requests && codes[StatusCode.InvalidArgument] > requests, string.Join(", ", codes));
    }

    [Fact]
    public void Generator_SameSeed_MakesTheSameRequestsOfItsType()
    {
        var method = RetrievalService.Descriptor.FindMethodByName("Search");
        var (one, other, another) = (new RequestGenerator(method.InputType, Valid(method), 7), new RequestGenerator(method.InputType, Valid(method), 7), new RequestGenerator(method.InputType, Valid(method), 8));

        var first = Enumerable.Range(0, 200).Select(_ => one.Next()).ToArray();

        Assert.Equal(first, Enumerable.Range(0, 200).Select(_ => other.Next()));
        Assert.NotEqual(first, Enumerable.Range(0, 200).Select(_ => another.Next()));
        Assert.All(first, request => Assert.IsType<SearchRequest>(request));
        Assert.All(method.InputType.Fields.InFieldNumberOrder(), field => Assert.Contains(first, request => Touched(field, request, Valid(method)[0])));
    }

    /// <summary>Configuration of a service over an empty store.</summary>
    protected abstract Task<(string Key, string Value)[]> SettingsAsync();

    /// <summary>Removes what the store left.</summary>
    protected abstract ValueTask CleanUpAsync();

    private static bool Touched(FieldDescriptor field, IMessage request, IMessage valid) =>
        !Equals(field.Accessor.GetValue(request), field.Accessor.GetValue(valid));

    private static string Shorten(IMessage request) => request.ToString() is { Length: > 600 } text ? text[..600] : request.ToString()!;

    private static ByteString Vector(int seed) => VectorBytes.Write(Given.Vectors(1, Dimension, seed)[0]);

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

    private static IReadOnlyList<IMessage> Valid(MethodDescriptor method) => method.Name switch
    {
        "CreateCollection" => [new CreateCollectionRequest { Collection = Demos("demos") }, new CreateCollectionRequest { Collection = Demos("space/other") }],
        "GetCollection" => [new GetCollectionRequest { Name = "demos" }],
        "ListCollections" => [new ListCollectionsRequest { PageSize = 1 }, new ListCollectionsRequest { Namespace = "space" }],
        "DeleteCollection" => [new DeleteCollectionRequest { Name = "demos" }, new DeleteCollectionRequest { Name = "space/other" }],
        "UpsertDemonstrations" => [Batch(), new UpsertDemonstrationsRequest(Batch()) { ExpectedVersions = { ["d1"] = 2 } }],
        "GetDemonstrations" => [new GetDemonstrationsRequest { Collection = "demos", Ids = { "d1", "nothing" }, IncludeVectors = true }],
        "ListDemonstrations" => [new ListDemonstrationsRequest { Collection = "demos", PageSize = 3, Filter = "metadata.n > 3 and not label in ('x', 'y')", IncludeDeleted = true }],
        "DeleteDemonstrations" => [new DeleteDemonstrationsRequest { Collection = "demos", Ids = { "d1", "d2" } }],
        "Search" =>
        [
            Query(SelectionStrategy.Similar), Query(SelectionStrategy.Mmr), Query(SelectionStrategy.Dpp), Query(SelectionStrategy.VoteK),
            Query(SelectionStrategy.Cover), Query(SelectionStrategy.Random), new SearchRequest(Query(SelectionStrategy.Similar)) { Mode = SearchMode.Hybrid },
            new SearchRequest(Query(SelectionStrategy.Similar)) { Mode = SearchMode.Text, NearDuplicateResemblance = 0.9 },
        ],
        "BatchSearch" => [new BatchSearchRequest { Collection = "demos", EmbeddingModel = "m", EmbeddingModelVersion = "1", K = 3, Vectors = { Vector(1), Vector(2) } }],
        "ListChanges" => [new ListChangesRequest { Collection = "demos", AfterVersion = 3, PageSize = 4 }],
        "CompactCollection" => [new CompactCollectionRequest { Collection = "demos" }],
        "CreateSnapshot" => [new CreateSnapshotRequest { Collection = "demos", Snapshot = "kept" }, new CreateSnapshotRequest { Collection = "demos", Snapshot = "other" }],
        "ListSnapshots" => [new ListSnapshotsRequest { Collection = "demos" }],
        "DeleteSnapshot" => [new DeleteSnapshotRequest { Collection = "demos", Snapshot = "other" }],
        "RestoreSnapshot" => [new RestoreSnapshotRequest { Collection = "demos", Snapshot = "kept", Target = "again" }],
        "AuditCollection" => [new AuditCollectionRequest { Collection = "demos", Neighbours = 3, Bandwidth = 0.2, QueryVectors = { Vector(3) } }],
        _ => throw new ArgumentOutOfRangeException(nameof(method), method.Name, "has no valid request here"),
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

    private static async Task FillAsync(RpcCaller caller)
    {
        foreach (var (name, request) in new (string, IMessage)[]
        {
            ("CreateCollection", new CreateCollectionRequest { Collection = Demos("demos") }),
            ("UpsertDemonstrations", Batch()),
            ("CreateSnapshot", new CreateSnapshotRequest { Collection = "demos", Snapshot = "kept" }),
            ("DeleteCollection", new DeleteCollectionRequest { Name = "again" }),
        })
        {
            await caller.CallAsync(RetrievalService.Descriptor.FindMethodByName(name), [request], Token);
        }
    }
}
