using IclMesh.Retrieval.Core.Searching;
using IclMesh.Retrieval.Core.Selection;
using IclMesh.Retrieval.Core.Sqlite;

namespace IclMesh.Retrieval.Tests.Selection;

public sealed class LimitsTests : IAsyncLifetime
{
    private readonly TemporaryFolder folder = new();
    private SqliteDemonstrationStore? store;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private DemonstrationSearch Search => new(store!);

    // Twenty "common" ones near the query, two "rare" ones far away.
    public async ValueTask InitializeAsync()
    {
        store = SqliteDemonstrationStore.Open(new(folder.Path), TimeProvider.System);
        var common = Enumerable.Range(0, 20).Select(i => Given.Demonstration($"c{i:D2}", 1, 0.3f + (0.02f * i)) with { Label = "common" });
        var rare = Enumerable.Range(0, 2).Select(i => Given.Demonstration($"r{i}", -1, 0.5f + i) with { Label = "rare", Text = "a much longer text than the others have" });
        await store.With(Given.Schema(), common.Concat(rare));
    }

    public async ValueTask DisposeAsync()
    {
        await store!.DisposeAsync();
        folder.Dispose();
    }

    [Fact]
    public async Task Quotas_MinimumOfFarLabel_IsFetchedAndMet()
    {
        var answer = await Search.SearchAsync(Given.Request(4, 1, 0) with { Quotas = [new("rare", 2, 2)] }, Token);

        Assert.Equal(["common", "common", "rare", "rare"], answer.Hits.Select(hit => hit.Demonstration.Label).Order());
    }

    [Fact]
    public async Task Quotas_Maximum_RejectsWithReason()
    {
        var answer = await Search.SearchAsync(Given.Request(3, 1, 0) with { Quotas = [new("common", 0, 1)] }, Token);

        Assert.Equal(["common", "rare", "rare"], answer.Hits.Select(hit => hit.Demonstration.Label).Order());
        Assert.Contains(answer.Rejections, rejection => rejection.Reason == RejectionReason.QuotaFull);
    }

    [Fact]
    public async Task Quotas_MoreThanThereAre_SaysWhichLabelLacksHowMany()
    {
        var error = await Assert.ThrowsAsync<MeshException>(
            () => Search.SearchAsync(Given.Request(6, 1, 0) with { Quotas = [new("rare", 5, 5), new("other", 1, 9)] }, Token));

        Assert.Equal(ErrorKind.FailedPrecondition, error.Kind);
        Assert.Contains("'rare' lacks 3 of 5, 'other' lacks 1 of 1", error.Message);
    }

    [Fact]
    public async Task Quotas_MinimumsAboveK_AreRefused()
    {
        var error = await Assert.ThrowsAsync<MeshException>(
            () => Search.SearchAsync(Given.Request(2, 1, 0) with { Quotas = [new("a", 2, 2), new("b", 1, 1)] }, Token));

        Assert.Equal("must not ask for more than k = 2 together, ask for 3", Assert.Single(error.Violations).Description);
    }

    [Theory]
    [InlineData(SelectionStrategy.Similar)]
    [InlineData(SelectionStrategy.Random)]
    [InlineData(SelectionStrategy.MaximalMarginalRelevance)]
    public async Task Balance_RareLabel_GivesWhatItHasAndTheRestToTheOther(SelectionStrategy strategy)
    {
        var answer = await Search.SearchAsync(Given.Request(8, 1, 0) with { BalanceLabels = true, Strategy = strategy }, Token);

        Assert.Equal(8, answer.Hits.Count);
        Assert.Equal(2, answer.Hits.Count(hit => hit.Demonstration.Label == "rare"));
    }

    [Fact]
    public async Task DuplicateTexts_AboveTheResemblance_AreNamed()
    {
        // The two rare ones have the same text; those of the common ones differ in their numbers.
        var request = Given.Request(22, 1, 0) with { DuplicateResemblance = 0.95 };

        var answer = await Search.SearchAsync(request, Token);

        Assert.Equal(1, answer.Hits.Count(hit => hit.Demonstration.Label == "rare"));
        var rejection = Assert.Single(answer.Rejections, rejection => rejection.Reason == RejectionReason.NearDuplicateTextOfChosen && rejection.Id.StartsWith('r'));
        Assert.StartsWith("r", rejection.Of, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(1.5)]
    public async Task DuplicateTexts_ResemblanceOutOfRange_NamesTheField(double resemblance)
    {
        var error = await Assert.ThrowsAsync<MeshException>(
            () => Search.SearchAsync(Given.Request(2, 1, 0) with { DuplicateResemblance = resemblance }, Token));

        Assert.Equal("near_duplicate_resemblance", Assert.Single(error.Violations).Field);
    }

    [Fact]
    public async Task Duplicates_AboveTheThreshold_AreNamed()
    {
        var answer = await Search.SearchAsync(Given.Request(3, 1, 0) with { DuplicateSimilarity = 0.999f }, Token);

        Assert.Equal(3, answer.Hits.Count);
        Assert.All(answer.Hits, hit => Assert.All(
            answer.Hits.Where(other => other != hit), other => Assert.True(Plain.Score(default, hit.Demonstration.Vector, other.Demonstration.Vector) < 0.999)));
        var rejection = answer.Rejections.First(r => r.Reason == RejectionReason.NearDuplicateOfChosen);
        Assert.Equal(("c01", "c00"), (rejection.Id, rejection.Of));
    }

    [Fact]
    public async Task Budget_TooSmallForAll_TakesWhatFits()
    {
        // "text of c00" is 11 bytes: 3 tokens, and 2 for the template.
        var answer = await Search.SearchAsync(Given.Request(8, 1, 0) with { Budget = new(Maximum: 17, PerDemonstration: 2) }, Token);

        Assert.Equal(3, answer.Hits.Count);
        Assert.All(answer.Hits, hit => Assert.Equal(5, hit.Scores.Cost));
        Assert.Contains(answer.Rejections, rejection => rejection.Reason == RejectionReason.OverBudget);
    }

    [Fact]
    public async Task Hybrid_ReciprocalRank_AddsUpTheRanks()
    {
        await store!.UpsertAsync(Given.Name(), [(Given.Demonstration("words", 1, 5) with { Text = "zeppelin" }).Write()], Token);

        var answer = await Search.SearchAsync(
            Given.Request(30, 1, 0) with { Mode = SearchMode.Hybrid, Text = "a zeppelin", Order = DemonstrationOrder.AsChosen, Candidates = 40 }, Token);

        var hit = answer.Hits.Single(hit => hit.Demonstration.Id == "words");
        Assert.Equal(1, hit.Scores.TextRank);
        Assert.Equal((1.0 / (60 + hit.Scores.VectorRank)) + (1.0 / 61), hit.Scores.FusedScore!.Value, 1e-12);
        Assert.Equal(0, hit.Choice);
        Assert.Equal("bm25", answer.TextScorer);
    }

    [Fact]
    public async Task Hybrid_NormalizedScores_LieBetweenZeroAndTheWeights()
    {
        var answer = await Search.SearchAsync(
            Given.Request(10, 1, 0) with { Mode = SearchMode.Hybrid, Text = "text", Fusion = new(FusionMethod.NormalizedScore, 2, 0.5) }, Token);

        Assert.All(answer.Hits, hit => Assert.InRange(hit.Scores.FusedScore!.Value, 0, 2.5));
        Assert.Equal("c00", answer.Hits.Single(hit => hit.Choice == 0).Demonstration.Id);
    }

    [Fact]
    public async Task Order_LabelInterleaved_EndsWithOneOfEachLabel()
    {
        var answer = await Search.SearchAsync(
            Given.Request(5, 1, 0) with { Quotas = [new("rare", 2, 2)], Order = DemonstrationOrder.LabelInterleaved }, Token);

        Assert.Equal(["common", "rare", "common", "rare", "common"], answer.Hits.Select(hit => hit.Demonstration.Label));
        Assert.Equal("c00", answer.Hits[^1].Demonstration.Id);
    }

    [Fact]
    public async Task Order_SeededRandom_DependsOnTheSeedOnly()
    {
        var request = Given.Request(8, 1, 0) with { Order = DemonstrationOrder.SeededRandom, Seed = 1 };

        var one = await Search.SearchAsync(request, Token);
        var again = await Search.SearchAsync(request, Token);
        var other = await Search.SearchAsync(request with { Seed = 2 }, Token);

        Assert.Equal(Ids(one), Ids(again));
        Assert.NotEqual(Ids(one), Ids(other));
        Assert.Equal(Ids(one).Order(), Ids(other).Order());
    }

    [Fact]
    public void LabelBalance_UnevenLabels_SharesOutEveryPlace()
    {
        var quotas = LabelBalance.Quotas(new Dictionary<string, long> { ["a"] = 1, ["b"] = 100, ["c"] = 100 }, 9);

        Assert.Equal([("a", 1), ("b", 4), ("c", 4)], quotas.Select(quota => (quota.Label, quota.Maximum)));
    }

    private static IEnumerable<string> Ids(SearchAnswer answer) => answer.Hits.Select(hit => hit.Demonstration.Id);
}
