using Grpc.Core;
using IclMesh.Retrieval.V1;
using IclMesh.Testing;

namespace IclMesh.Retrieval.Tests.Host;

/// <summary>What a caller sees over gRPC whichever store is behind it; one subclass per store.</summary>
public abstract class StoreRpcTests : IAsyncLifetime
{
    private InProcessHost? host;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private RetrievalService.RetrievalServiceClient Client => new(host!.Channel);

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
    public async Task Search_NearDuplicateTexts_RefusesTheLaterAndNamesTheChosen()
    {
        const string Review = "a moving film with a fine cast and a story that stays with you for days";
        await FillAsync(
            Wire("a", Review, 1, 0, 0),
            Wire("b", $"{Review} !", 0.9f, 0.1f, 0),
            Wire("c", "two hours of nothing in which nobody seems to have read the script", 0, 1, 0));
        var request = Query(2, 1, 0, 1);

        var all = await Client.SearchAsync(request, cancellationToken: Token);
        request.NearDuplicateResemblance = 0.8;
        var distinct = await Client.SearchAsync(request, cancellationToken: Token);

        Assert.Equal(["b", "a"], all.Hits.Select(hit => hit.Demonstration.Id));
        Assert.Equal(["c", "a"], distinct.Hits.Select(hit => hit.Demonstration.Id));
        var rejection = Assert.Single(distinct.Rejections);
        Assert.Equal(("b", "near duplicate text of chosen", "a"), (rejection.Id, rejection.Reason, rejection.Of));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1.01)]
    [InlineData(double.NaN)]
    public async Task Search_ResemblanceOutOfRange_NamesTheField(double resemblance)
    {
        await FillAsync(Wire("a", "text", 1, 0, 0));
        var request = Query(1, 1, 0, 0);
        request.NearDuplicateResemblance = resemblance;

        Assert.Equal(["near_duplicate_resemblance"], await ViolatedAsync(() => Client.SearchAsync(request, cancellationToken: Token).ResponseAsync));
    }

    [Fact]
    public async Task Upsert_VersionConflict_AbortsTheItemWithTheCurrentVersion()
    {
        await FillAsync(Wire("a", "text", 1, 0, 0));
        var stale = Batch(Wire("a", "other text", 1, 0, 0));
        stale.ExpectedVersions.Add("a", 7);

        using var stream = Client.UpsertDemonstrations(cancellationToken: Token);
        await stream.RequestStream.WriteAsync(stale, Token);
        Assert.True(await stream.ResponseStream.MoveNext(Token));
        await stream.RequestStream.CompleteAsync();

        var error = Assert.Single(stream.ResponseStream.Current.Results).Error;
        Assert.Equal((int)StatusCode.Aborted, error.Code);
        Assert.Equal("1", error.GetDetail<Google.Rpc.ErrorInfo>()!.Metadata["current_version"]);
    }

    [Fact]
    public async Task Audit_QueriesFarFromEverything_AreOneRegion()
    {
        await FillAsync([.. Enumerable.Range(0, 40).Select(n => Wire($"d{n:D2}", $"text {n}", 1, 0.001f * n, 0))]);
        var request = new AuditCollectionRequest
        {
            Collection = "demos",
            QueryVectors = { VectorBytes.Write([1, 0.01f, 0]), VectorBytes.Write([0, 0, 1]), VectorBytes.Write([0, 0, 2]) },
        };

        var findings = await AuditAsync(request);

        var region = Assert.Single(findings, finding => finding.Kind == FindingKind.Uncovered);
        Assert.Equal((1, 2.0, ""), (region.Query, region.Score, region.Id));
        Assert.StartsWith("d", region.OtherId, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Audit_BrokenSettings_NamesThemAll()
    {
        await FillAsync(Wire("a", "text", 1, 0, 0));

        var settings = await ViolatedAsync(() => AuditAsync(new() { Collection = "demos", Neighbours = 1, Bandwidth = 0, RedundantCosine = 1.5, IsolatedShare = -1 }));
        var queries = await ViolatedAsync(() => AuditAsync(new()
        {
            Collection = "demos",
            UncoveredShare = 1,
            QueryVectors = { VectorBytes.Write([1, 0, 0]), VectorBytes.Write([1, 0]) },
        }));

        Assert.Equal(["neighbours", "bandwidth", "redundant_cosine", "isolated_share"], settings);
        Assert.Equal(["uncovered_share", "query_vectors[1]"], queries);
    }

    [Fact]
    public async Task Audit_TooManyQueries_SaysHowManyThereMayBe()
    {
        await FillAsync(Wire("a", "text", 1, 0, 0));
        var request = new AuditCollectionRequest { Collection = "demos" };
        request.QueryVectors.AddRange(Enumerable.Repeat(VectorBytes.Write([1, 0, 0]), 2001));

        var error = await Assert.ThrowsAsync<RpcException>(() => AuditAsync(request));

        Assert.Contains("query_vectors", error.Status.Detail, StringComparison.Ordinal);
        Assert.Contains("2000", error.Status.Detail.Replace(",", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Contains("2001", error.Status.Detail.Replace(",", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    /// <summary>Configuration of a service over an empty store.</summary>
    protected abstract Task<(string Key, string Value)[]> SettingsAsync();

    /// <summary>Removes what the store left.</summary>
    protected abstract ValueTask CleanUpAsync();

    private static async Task<IEnumerable<string>> ViolatedAsync(Func<Task> call)
    {
        var error = await Assert.ThrowsAsync<RpcException>(call);
        Assert.Equal(StatusCode.InvalidArgument, error.StatusCode);
        return error.GetRpcStatus()!.GetDetail<Google.Rpc.BadRequest>()!.FieldViolations.Select(violation => violation.Field);
    }

    private static Demonstration Wire(string id, string text, params float[] vector) =>
        new() { Id = id, Text = text, Label = "positive", Split = "train", Vector = VectorBytes.Write(vector) };

    private static SearchRequest Query(int k, params float[] vector) => new()
    {
        Collection = "demos",
        Text = "a query",
        Vector = VectorBytes.Write(vector),
        EmbeddingModel = "test-encoder",
        EmbeddingModelVersion = "1",
        K = k,
    };

    private static UpsertDemonstrationsRequest Batch(params Demonstration[] rows) =>
        new() { Collection = "demos", EmbeddingModel = "test-encoder", EmbeddingModelVersion = "1", Demonstrations = { rows } };

    private async Task FillAsync(params Demonstration[] rows)
    {
        await Client.CreateCollectionAsync(
            new() { Collection = new() { Name = "demos", Dimension = 3, EmbeddingModel = "test-encoder", EmbeddingModelVersion = "1" } },
            cancellationToken: Token);
        using var stream = Client.UpsertDemonstrations(cancellationToken: Token);
        await stream.RequestStream.WriteAsync(Batch(rows), Token);
        Assert.True(await stream.ResponseStream.MoveNext(Token));
        await stream.RequestStream.CompleteAsync();
        Assert.Equal(rows.Length, stream.ResponseStream.Current.Written);
    }

    private async Task<IReadOnlyList<Finding>> AuditAsync(AuditCollectionRequest request)
    {
        using var call = Client.AuditCollection(request, cancellationToken: Token);
        var last = new AuditCollectionResponse();
        while (await call.ResponseStream.MoveNext(Token))
        {
            last = call.ResponseStream.Current;
        }

        return last.Findings;
    }
}
