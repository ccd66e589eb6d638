using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using IclMesh.Retrieval.V1;
using IclMesh.Testing;

namespace IclMesh.Retrieval.Tests.Host;

public sealed class UpsertAnswerTests : IAsyncLifetime
{
    private readonly TemporaryFolder folder = new();
    private InProcessHost? host;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private RetrievalService.RetrievalServiceClient Client => new(host!.Channel);

    public async ValueTask InitializeAsync()
    {
        host = await InProcessHost.StartAsync(builder => builder.AddRetrieval(), app => app.MapRetrieval(), ("Retrieval:Folder", folder.Path));
        await Client.CreateCollectionAsync(
            new() { Collection = new() { Name = "demos", Dimension = 2, EmbeddingModel = "m", EmbeddingModelVersion = "1" } }, cancellationToken: Token);
    }

    public async ValueTask DisposeAsync()
    {
        await host!.DisposeAsync();
        folder.Dispose();
    }

    [Fact]
    public async Task Upsert_SameIdTwice_TellsWrittenReplacedAndUnchanged()
    {
        var answer = await UpsertAsync(new() { Demonstrations = { Row("a", "one"), Row("a", "two"), Row("a", "two"), Row("b", "one"), Row("", "one") } });

        Assert.Equal((2, 1, 1), (answer.Written, answer.Replaced, answer.Unchanged));
        Assert.Equal(
            [UpsertKind.Written, UpsertKind.Replaced, UpsertKind.Unchanged, UpsertKind.Written, UpsertKind.Unspecified],
            answer.Results.Select(result => result.Kind));
        Assert.Contains("id: must not be empty", answer.Results[^1].Error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Upsert_LargeWholeNumbers_ComeBackExactly()
    {
        var row = Row("a", "one");
        row.MetadataIntegers.Add("big", 9_007_199_254_740_993);
        row.MetadataIntegers.Add("small", 7);
        row.Metadata = new() { Fields = { ["year"] = Value.ForNumber(2019), ["half"] = Value.ForNumber(0.5) } };
        await UpsertAsync(new() { Demonstrations = { row } });

        var stored = (await Client.ListDemonstrationsAsync(
            new() { Collection = "demos", Filter = "metadata.big == 9007199254740993 and metadata.small == 7" }, cancellationToken: Token)).Demonstrations;
        var neighbour = (await Client.ListDemonstrationsAsync(
            new() { Collection = "demos", Filter = "metadata.big == 9007199254740992" }, cancellationToken: Token)).Demonstrations;

        Assert.Empty(neighbour);
        Assert.Equal(9_007_199_254_740_993, Assert.Single(stored).MetadataIntegers["big"]);
        Assert.Equal(["half", "small", "year"], stored[0].Metadata.Fields.Keys.Order());
    }

    [Theory]
    [InlineData(9_007_199_254_740_992, "metadata[n]: is 9007199254740992: numbers of 2^53 and more may have lost digits on their way")]
    [InlineData(-1e300, "metadata[n]: is -1E+300: numbers of 2^53 and more")]
    [InlineData(double.NaN, "metadata[n]: must be finite, is NaN")]
    public async Task Upsert_NumberOfDoubtfulDigits_IsRefusedAlone(double number, string message)
    {
        var row = Row("a", "one");
        row.Metadata = new() { Fields = { ["n"] = Value.ForNumber(number) } };

        var answer = await UpsertAsync(new() { Demonstrations = { row, Row("b", "one") } });

        Assert.StartsWith(message, answer.Results[0].Error.Message, StringComparison.Ordinal);
        Assert.Equal(1, answer.Written);
    }

    [Fact]
    public async Task Upsert_KeyInBothMaps_IsRefused()
    {
        var row = Row("a", "one");
        row.MetadataIntegers.Add("n", 1);
        row.Metadata = new() { Fields = { ["n"] = Value.ForNumber(1) } };

        var answer = await UpsertAsync(new() { Demonstrations = { row } });

        Assert.Equal("metadata[n]: is a key of metadata_integers too", answer.Results[0].Error.Message);
    }

    [Fact]
    public async Task Upsert_ExpectedVersionOfNobody_IsRefusedByField()
    {
        await RpcAssert.RefusesAsync(
            "expected_versions[c]", () => UpsertAsync(new() { Demonstrations = { Row("a", "one") }, ExpectedVersions = { ["c"] = 1 } }));
    }

    [Theory]
    [InlineData("a b", "collection")]
    [InlineData("a/b/c", "collection")]
    [InlineData("/a", "collection")]
    [InlineData("a\0", "collection")]
    [InlineData("", "collection")]
    public async Task AnyRpc_NameThatNoCollectionHas_NamesItsField(string name, string field)
    {
        await RpcAssert.RefusesAsync(field, () => Client.ListDemonstrationsAsync(new() { Collection = name }, cancellationToken: Token).ResponseAsync);
        await RpcAssert.RefusesAsync("target", () => Client.RestoreSnapshotAsync(
            new() { Collection = "demos", Snapshot = "kept", Target = name }, cancellationToken: Token).ResponseAsync);
        await RpcAssert.RefusesAsync("snapshot", () => Client.DeleteSnapshotAsync(
            new() { Collection = "demos", Snapshot = name.Length == 0 ? "-" : name }, cancellationToken: Token).ResponseAsync);
    }

    [Fact]
    public async Task CreateCollection_BrokenSchema_NamesFieldsOfTheRequest()
    {
        var error = await Assert.ThrowsAsync<RpcException>(() => Client.CreateCollectionAsync(
            new() { Collection = new() { Name = "x", Dimension = 0, EmbeddingModelVersion = "1" } }, cancellationToken: Token).ResponseAsync);

        Assert.Equal(
            ["collection.dimension", "collection.embedding_model"],
            error.GetRpcStatus()!.GetDetail<Google.Rpc.BadRequest>()!.FieldViolations.Select(violation => violation.Field));
    }

    private static Demonstration Row(string id, string text) =>
        new() { Id = id, Text = text, Label = "x", Vector = VectorBytes.Write([1, 0]) };

    private async Task<UpsertDemonstrationsResponse> UpsertAsync(UpsertDemonstrationsRequest batch)
    {
        (batch.Collection, batch.EmbeddingModel, batch.EmbeddingModelVersion) = ("demos", "m", "1");
        using var stream = Client.UpsertDemonstrations(cancellationToken: Token);
        await stream.RequestStream.WriteAsync(batch, Token);
        await stream.ResponseStream.MoveNext(Token);
        await stream.RequestStream.CompleteAsync();
        return stream.ResponseStream.Current;
    }
}
