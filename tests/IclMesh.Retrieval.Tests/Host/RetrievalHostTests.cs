using Google.Protobuf;
using Grpc.Core;
using IclMesh.Retrieval.V1;
using IclMesh.Testing;

namespace IclMesh.Retrieval.Tests.Host;

public sealed class RetrievalHostTests : IAsyncLifetime
{
    private readonly TemporaryFolder folder = new();
    private InProcessHost? host;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private RetrievalService.RetrievalServiceClient Client => new(host!.Channel);

    public async ValueTask InitializeAsync() =>
        host = await InProcessHost.StartAsync(builder => builder.AddRetrieval(), app => app.MapRetrieval(), ("Retrieval:Folder", folder.Path));

    public async ValueTask DisposeAsync()
    {
        await host!.DisposeAsync();
        folder.Dispose();
    }

    [Fact]
    public async Task Upsert_TwoBatches_AnswersEachInOrder()
    {
        await CreateAsync();
        using var stream = Client.UpsertDemonstrations(cancellationToken: Token);

        await stream.RequestStream.WriteAsync(Batch(Wire("a", 1, 0), Wire("b", 0, 1)), Token);
        Assert.True(await stream.ResponseStream.MoveNext(Token));
        var first = stream.ResponseStream.Current;
        await stream.RequestStream.WriteAsync(Batch(Wire("c", 1, 1), Wire("d", 0, 0)), Token);
        Assert.True(await stream.ResponseStream.MoveNext(Token));
        var second = stream.ResponseStream.Current;
        await stream.RequestStream.CompleteAsync();

        Assert.Equal((2, 2L), (first.Written, first.CollectionVersion));
        Assert.Equal([1L, 2L], first.Results.Select(result => result.Version));
        Assert.Equal((1, 3L), (second.Written, second.CollectionVersion));
        Assert.Equal((int)StatusCode.InvalidArgument, second.Results[1].Error.Code);
        Assert.Contains("vector", second.Results[1].Error.Message);
        Assert.False(await stream.ResponseStream.MoveNext(Token));
    }

    [Fact]
    public async Task Upsert_ModelOfAnotherVersion_FailsThePrecondition()
    {
        await CreateAsync();
        var batch = Batch(Wire("a", 1, 0));
        batch.EmbeddingModelVersion = "2";

        var info = await RpcAssert.FailsAsync(StatusCode.FailedPrecondition, ErrorReasons.EmbeddingModelMismatch, () => UpsertAsync(batch));

        Assert.Equal(("1", "2"), (info.Metadata["expected_version"], info.Metadata["actual_version"]));
    }

    [Fact]
    public async Task Get_KnownAndUnknown_ReturnsMetadataTyped()
    {
        await CreateAsync();
        var wire = Wire("a", 1, 0);
        wire.Metadata = Google.Protobuf.WellKnownTypes.Struct.Parser.ParseJson("""{"year": 2019, "source": "x", "gold": true}""");
        await UpsertAsync(Batch(wire));

        var response = await Client.GetDemonstrationsAsync(
            new() { Collection = "demos", Ids = { "nothing", "a" }, IncludeVectors = true }, cancellationToken: Token);

        Assert.Equal(["nothing"], response.MissingIds);
        wire.Version = 1;
        Assert.Equal(wire, Assert.Single(response.Demonstrations));
    }

    [Fact]
    public async Task Upsert_NestedMetadata_IsRefusedByField()
    {
        await CreateAsync();
        var wire = Wire("a", 1, 0);
        wire.Metadata = Google.Protobuf.WellKnownTypes.Struct.Parser.ParseJson("""{"tags": ["x"]}""");

        var response = await UpsertAsync(Batch(wire));

        Assert.Equal("metadata[tags]: must be a string, a number or a Boolean, is ListValue", response.Results[0].Error.Message);
    }

    [Fact]
    public async Task Search_Similar_ReturnsHitsWithReasonsAndTruth()
    {
        await CreateAsync();
        await UpsertAsync(Batch(Wire("a", 1, 0), Wire("b", 1, 1), Wire("c", 0, 1)));
        using var spans = new SpanRecorder();

        var response = await Client.SearchAsync(Query(2, 1, 0.1f), new Metadata { { "traceparent", spans.Root.Id! } }, cancellationToken: Token);

        Assert.Equal(["b", "a"], response.Hits.Select(hit => hit.Demonstration.Id));
        Assert.Equal([2, 1], response.Hits.Select(hit => hit.SimilarityRank));
        Assert.Equal("similar: rank 1", response.Hits[1].Reason);
        Assert.True(response.Exact);
        Assert.Equal((3L, 3L), (response.RowsVisited, response.CollectionVersion));
        Assert.True(response.Hits.All(hit => hit.Demonstration.Vector.IsEmpty));
        var span = Assert.Single(spans.Spans, span => span.Source.Name == "IclMesh.Retrieval");
        Assert.Equal("retrieval demos", span.OperationName);
        Assert.Equal(["b", "a"], (string[])span.GetTagItem("iclmesh.demo.ids")!);
        Assert.DoesNotContain(span.TagObjects, tag => tag.Value is string text && text.Contains("text of"));
    }

    [Fact]
    public async Task Search_ManyBrokenFields_NamesThemAll()
    {
        await CreateAsync();
        var request = Query(0, 1, 0);
        request.Text = " ";
        request.Vector = ByteString.CopyFrom(1, 2, 3);

        var error = await Assert.ThrowsAsync<RpcException>(() => Client.SearchAsync(request, cancellationToken: Token).ResponseAsync);

        var fields = error.GetRpcStatus()!.GetDetail<Google.Rpc.BadRequest>()!.FieldViolations.Select(violation => violation.Field);
        Assert.Equal(["text", "k", "vector"], fields);
    }

    [Fact]
    public async Task Search_UnknownCollection_NotFound()
    {
        await RpcAssert.FailsAsync(
            StatusCode.NotFound, ErrorReasons.ResourceNotFound, () => Client.SearchAsync(Query(1, 1, 0), cancellationToken: Token).ResponseAsync);
    }

    [Fact]
    public async Task GetCollection_AfterWrites_CountsLabels()
    {
        await CreateAsync();
        await UpsertAsync(Batch(Wire("a", 1, 0), Wire("b", 1, 1)));

        var response = await Client.GetCollectionAsync(new() { Name = "demos" }, cancellationToken: Token);

        Assert.Equal(2, response.Collection.DemonstrationCount);
        Assert.Equal(2, response.LabelCounts["positive"]);
        Assert.Equal(Metric.Cosine, response.Collection.Metric);
    }

    [Fact]
    public async Task ListAndDelete_Everything_LeavesNothing()
    {
        await CreateAsync();
        await UpsertAsync(Batch(Wire("a", 1, 0), Wire("b", 1, 1)));

        var page = await Client.ListDemonstrationsAsync(new() { Collection = "demos", PageSize = 1 }, cancellationToken: Token);
        var rest = await Client.ListDemonstrationsAsync(
            new() { Collection = "demos", PageSize = 1, PageToken = page.NextPageToken }, cancellationToken: Token);
        var deleted = await Client.DeleteDemonstrationsAsync(new() { Collection = "demos", Ids = { "a", "b", "c" } }, cancellationToken: Token);
        var gone = await Client.DeleteCollectionAsync(new() { Name = "demos" }, cancellationToken: Token);

        Assert.Equal(["a", "b"], page.Demonstrations.Concat(rest.Demonstrations).Select(demonstration => demonstration.Id));
        Assert.Empty(rest.NextPageToken);
        Assert.Equal((2, 4L), (deleted.Deleted, deleted.CollectionVersion));
        Assert.True(gone.Deleted);
        Assert.Empty((await Client.ListCollectionsAsync(new(), cancellationToken: Token)).Collections);
    }

    private static Demonstration Wire(string id, params float[] vector) =>
        new() { Id = id, Text = $"text of {id}", Label = "positive", Split = "train", Vector = VectorBytes.Write(vector) };

    private static UpsertDemonstrationsRequest Batch(params Demonstration[] demonstrations) => new()
    {
        Collection = "demos",
        EmbeddingModel = "test-encoder",
        EmbeddingModelVersion = "1",
        Demonstrations = { demonstrations },
    };

    private static SearchRequest Query(int k, params float[] vector) => new()
    {
        Collection = "demos",
        Text = "a query",
        Vector = VectorBytes.Write(vector),
        EmbeddingModel = "test-encoder",
        EmbeddingModelVersion = "1",
        K = k,
    };

    private async Task CreateAsync() => await Client.CreateCollectionAsync(
        new() { Collection = new() { Name = "demos", Dimension = 2, EmbeddingModel = "test-encoder", EmbeddingModelVersion = "1" } },
        cancellationToken: Token);

    private async Task<UpsertDemonstrationsResponse> UpsertAsync(UpsertDemonstrationsRequest batch)
    {
        using var stream = Client.UpsertDemonstrations(cancellationToken: Token);
        await stream.RequestStream.WriteAsync(batch, Token);
        await stream.ResponseStream.MoveNext(Token);
        await stream.RequestStream.CompleteAsync();
        return stream.ResponseStream.Current;
    }
}
