using IclMesh.Retrieval.Core.Demonstrations;
using IclMesh.Retrieval.Core.Searching;

namespace IclMesh.Retrieval.Tests.Conformance;

public abstract partial class StoreConformance
{
    private const int Megabyte = 1 << 20;

    [Theory]
    [InlineData(MatchContent.Whole, true, true, true)]
    [InlineData(MatchContent.Facts, false, true, true)]
    [InlineData(MatchContent.Vectors, false, false, true)]
    [InlineData(MatchContent.Labels, false, false, false)]
    public async Task Search_Content_HoldsWhatWasAskedFor(MatchContent content, bool text, bool metadata, bool vector)
    {
        var stored = Given.Demonstration("a", 1, 0) with { Text = "wörds", Metadata = new Dictionary<string, MetadataValue> { ["n"] = MetadataValue.Of(1) } };
        await Store.With(Given.Schema(), stored);

        var nearest = (await Store.SearchAsync(Given.Name(), [Given.Query(1, 1, 0) with { Content = content }], Token))[0].Matches[0].Demonstration;
        var sample = (await Store.SampleAsync(Given.Name(), new(1, 1) { Content = content }, Token))[0];
        var texts = (await Store.SearchTextAsync(Given.Name(), new("wörds", 1) { Content = content }, Token)).Matches[0].Demonstration;

        foreach (var found in (Demonstration[])[nearest, sample, texts])
        {
            Assert.Equal(("a", "positive", 1L, 6L), (found.Id, found.Label, found.Version, found.TextBytes));
            Assert.Equal(text ? "wörds" : "", found.Text);
            Assert.Equal(metadata ? 1 : 0, found.Metadata.Count);
        }

        Assert.Equal(vector ? [1f, 0f] : [], nearest.Vector);
    }

    [Fact]
    public async Task LongTexts_AreReadInBounds()
    {
        const int Rows = 50;
        await Store.CreateCollectionAsync(Given.Name(), Given.Schema() with { TextIndex = false }, Given.NoAttributes, Token);
        for (var i = 0; i < Rows; i++)
        {
            await Store.UpsertAsync(Given.Name(), [(Given.Demonstration($"d{i:D2}", 1, i) with { Text = $"{i:D2}{new string('x', Megabyte - 2)}" }).Write()], Token);
        }

        var first = await Store.ListAsync(Given.Name(), new(1_000), Token);
        var second = await Store.ListAsync(Given.Name(), new(1_000, first.NextPageToken), Token);
        var short_ = await Store.ListAsync(Given.Name(), new(1_000) { IncludeTexts = false }, Token);
        var all = await Assert.ThrowsAsync<MeshException>(() => Store.GetAsync(Given.Name(), [.. Enumerable.Range(0, Rows).Select(i => $"d{i:D2}")], Token));
        var search = new DemonstrationSearch(Store);
        var few = await search.SearchAsync(Given.Request(8, 1, 0), Token);
        var many = await Assert.ThrowsAsync<MeshException>(() => search.SearchAsync(Given.Request(Rows, 1, 0) with { GuardLeaks = false }, Token));

        Assert.Equal(Rows, first.Items.Count + second.Items.Count);
        Assert.InRange(first.Items.Count, 40, 48);
        Assert.Equal("", second.NextPageToken);
        Assert.Equal((Rows, ""), (short_.Items.Count, short_.NextPageToken));
        Assert.All(short_.Items, item => Assert.Equal(("", Megabyte), (item.Text, item.TextBytes)));
        Assert.All(few.Hits, hit => Assert.Equal(Megabyte, hit.Demonstration.Text.Length));
        foreach (var error in (MeshException[])[all, many])
        {
            Assert.Equal((ErrorKind.ResourceExhausted, ErrorReasons.ProblemTooLarge), (error.Kind, error.Reason));
            Assert.True(long.Parse(error.Metadata["actual"], null) > long.Parse(error.Metadata["limit"], null));
        }
    }

    [Fact]
    public async Task Search_QueryTextAmongCandidates_IsRefusedThoughTextsAreNotRead()
    {
        await Store.With(
            Given.Schema(),
            Given.Demonstration("a", 0, 1) with { Text = "A caf\u00e9, quoted." },
            Given.Demonstration("b", 0.1f, 1) with { Text = "another text" });

        var answer = await new DemonstrationSearch(Store).SearchAsync(Given.Request(2, 1, 0) with { Text = "a cafe\u0301 quoted" }, Token);

        Assert.Equal("b", Assert.Single(answer.Hits).Demonstration.Id);
        Assert.Equal("another text", answer.Hits[0].Demonstration.Text);
        Assert.Equal(("a", RejectionReason.SameText), (answer.Rejections[0].Id, answer.Rejections[0].Reason));
    }

    [Fact]
    public async Task Search_MoreMemoryThanTheBudget_IsRefusedWithLimitAndActual()
    {
        await Store.With(Given.Schema(64), Given.Vectors(200, 64).Select((vector, i) => Given.Demonstration($"d{i}", vector)));
        var request = Given.Request(10, Given.Vectors(1, 64, 5)[0]) with { Strategy = SelectionStrategy.VoteK, Candidates = 200 };

        var error = await Assert.ThrowsAsync<MeshException>(() => new DemonstrationSearch(Store, new(100_000)).SearchAsync(request, Token));
        var answer = await new DemonstrationSearch(Store, new(10_000_000)).SearchAsync(request, Token);

        Assert.Equal((ErrorKind.ResourceExhausted, ErrorReasons.ProblemTooLarge, "100000"), (error.Kind, error.Reason, error.Metadata["limit"]));
        Assert.Equal(10, answer.Hits.Count);
    }

    [Fact]
    public async Task Search_MoreLabelsThanListsAreFetched_IsRefused()
    {
        await Store.With(Given.Schema() with { TextIndex = false }, Enumerable.Range(0, 1_001).Select(i => Given.Demonstration($"d{i}") with { Label = $"l{i}" }));
        var search = new DemonstrationSearch(Store);
        LabelQuota[] quotas = [.. Enumerable.Range(0, 1_001).Select(i => new LabelQuota($"l{i}", 0, 1))];

        var named = await Assert.ThrowsAsync<MeshException>(() => search.SearchAsync(Given.Request(1, 1, 0) with { Quotas = quotas }, Token));
        var balanced = await Assert.ThrowsAsync<MeshException>(() => search.SearchAsync(Given.Request(1, 1, 0) with { BalanceLabels = true }, Token));

        Assert.Equal("quotas", Assert.Single(named.Violations).Field);
        Assert.Equal((ErrorKind.ResourceExhausted, "1000", "1001"), (balanced.Kind, balanced.Metadata["limit"], balanced.Metadata["actual"]));
    }

    [Fact]
    public async Task AnyRead_CallerHasLeft_IsCancelled()
    {
        await Store.With(Given.Schema(), Given.Demonstration("a"));
        var gone = new CancellationToken(canceled: true);

        Func<Task>[] reads =
        [
            () => Store.GetAsync(Given.Name(), ["a"], gone),
            () => Store.ListAsync(Given.Name(), new(1), gone),
            () => Store.CountLabelsAsync(Given.Name(), gone),
            () => Store.SearchAsync(Given.Name(), [Given.Query(1, 1, 0)], gone),
            () => Store.SearchTextAsync(Given.Name(), new("text", 1), gone),
            () => Store.SampleAsync(Given.Name(), new(1, 1), gone),
            () => Store.ListChangesAsync(Given.Name(), 0, 1, gone),
            () => Store.GetCollectionAsync(Given.Name(), gone),
            () => Store.ListCollectionsAsync("", 1, "", gone),
            () => Store.CreateSnapshotAsync(Given.Name(), "x", gone),
            () => Store.CompactAsync(Given.Name(), gone),
            () => Store.UpsertAsync(Given.Name(), [Given.Demonstration("b").Write()], gone),
        ];
        foreach (var read in reads)
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(read);
        }

        Assert.Equal(1, (await Store.GetCollectionAsync(Given.Name(), Token)).Count);
    }
}
