using IclMesh.Retrieval.Core.Searching;
using IclMesh.Retrieval.Core.Sqlite;

namespace IclMesh.Retrieval.Tests.Selection;

public sealed class DemonstrationSearchTests : IAsyncLifetime
{
    private readonly TemporaryFolder folder = new();
    private SqliteDemonstrationStore? store;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private DemonstrationSearch Search => new(store!);

    public ValueTask InitializeAsync()
    {
        store = SqliteDemonstrationStore.Open(new(folder.Path), TimeProvider.System);
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await store!.DisposeAsync();
        folder.Dispose();
    }

    [Fact]
    public async Task Similar_Default_PutsTheNearestLast()
    {
        await FillAsync();

        var answer = await Search.SearchAsync(Given.Request(3, 1, 0), Token);

        Assert.Equal([("d2", 3), ("d1", 2), ("d0", 1)], answer.Hits.Select(hit => (hit.Demonstration.Id, hit.Scores.VectorRank)));
        Assert.Empty(answer.Rejections);
        Assert.True(answer.Report.Exact);
    }

    [Fact]
    public async Task Similar_OwnText_IsRefusedAndReplaced()
    {
        await FillAsync();

        var answer = await Search.SearchAsync(Given.Request(2, 1, 0) with { Text = "TEXT of d0 !" }, Token);

        Assert.Equal(["d2", "d1"], answer.Hits.Select(hit => hit.Demonstration.Id));
        var rejection = Assert.Single(answer.Rejections);
        Assert.Equal(("d0", RejectionReason.SameText), (rejection.Id, rejection.Reason));
    }

    [Fact]
    public async Task Similar_OwnVector_IsRefused()
    {
        await FillAsync();

        var answer = await Search.SearchAsync(Given.Request(1, 1, 0.1f), Token);

        Assert.Equal("d2", Assert.Single(answer.Hits).Demonstration.Id);
        Assert.Equal(("d1", RejectionReason.NearDuplicate), answer.Rejections.Select(r => (r.Id, r.Reason)).Single());
    }

    [Fact]
    public async Task Similar_ExcludedIds_HoldEvenWithoutGuard()
    {
        await FillAsync();
        var request = Given.Request(1, 1, 0.1f) with { GuardLeaks = false, ExcludedIds = ["d1"] };

        var answer = await Search.SearchAsync(request, Token);

        Assert.Equal("d2", Assert.Single(answer.Hits).Demonstration.Id);
        Assert.Equal(RejectionReason.Excluded, Assert.Single(answer.Rejections).Reason);
    }

    [Fact]
    public async Task Similar_MoreCopiesOfTheQueryThanReserved_StillFindsEnough()
    {
        var copies = Enumerable.Range(0, 40).Select(i => Given.Demonstration($"copy{i}", 1, 0) with { Text = "the query" });
        await store!.With(Given.Schema(), [.. copies, Given.Demonstration("other", 0, 1)]);

        var answer = await Search.SearchAsync(Given.Request(1, 1, 0) with { Text = "the query" }, Token);

        Assert.Equal("other", Assert.Single(answer.Hits).Demonstration.Id);
        Assert.Equal(40, answer.Rejections.Count);
    }

    [Fact]
    public async Task Random_SameSeedAndText_DrawsTheSame()
    {
        await FillAsync();
        var request = Given.Request(4, 1, 0) with { Strategy = SelectionStrategy.Random, Seed = 7 };

        var one = await Search.SearchAsync(request, Token);
        var again = await Search.SearchAsync(request, Token);
        var otherText = await Search.SearchAsync(request with { Text = "another query" }, Token);

        Assert.Equal(one.Hits.Select(hit => hit.Demonstration.Id), again.Hits.Select(hit => hit.Demonstration.Id));
        Assert.NotEqual(one.Hits.Select(hit => hit.Demonstration.Id), otherText.Hits.Select(hit => hit.Demonstration.Id));
        Assert.Equal(4, one.Hits.Select(hit => hit.Demonstration.Id).Distinct().Count());
        Assert.All(one.Hits, hit => Assert.Equal(Plain.Score(default, [1, 0], hit.Demonstration.Vector), hit.Scores.Similarity, 1e-6));
    }

    [Fact]
    public async Task Search_VectorOfAnotherModel_IsRefused()
    {
        await FillAsync();

        var error = await Assert.ThrowsAsync<MeshException>(
            () => Search.SearchAsync(Given.Request(1, 1, 0) with { Model = new("other", "1") }, Token));

        Assert.Equal(ErrorReasons.EmbeddingModelMismatch, error.Reason);
    }

    [Fact]
    public async Task Search_MoreThanThereAre_ReturnsAll()
    {
        await FillAsync();

        var answer = await Search.SearchAsync(Given.Request(100, 1, 0), Token);

        Assert.Equal(10, answer.Hits.Count);
    }

    private async Task FillAsync() => await store!.With(
        Given.Schema(), Enumerable.Range(0, 10).Select(i => Given.Demonstration($"d{i}", 1, 0.1f * i + (i == 0 ? -0.05f : 0))));
}
