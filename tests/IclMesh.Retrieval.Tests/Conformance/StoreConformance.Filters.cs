using CsCheck;
using IclMesh.Retrieval.Core.Demonstrations;
using IclMesh.Retrieval.Core.Filters;
using IclMesh.Retrieval.Core.Searching;
using IclMesh.Retrieval.Tests.Filters;

namespace IclMesh.Retrieval.Tests.Conformance;

public abstract partial class StoreConformance
{
    [Fact]
    public async Task Filter_AnyExpression_PassesWhatTheDefinitionPasses()
    {
        var content = FilterGen.Demonstration.Array[120].Single(_ => true, "0N0XIzNsQ0O2")
            .Select((demonstration, i) => demonstration with { Id = $"d{i:D3}", Text = "same words" }).ToArray();
        await Store.With(Given.Schema(), content);
        await Store.DeleteAsync(Given.Name(), [new("d007")], Token);
        var filters = FilterGen.Filter.Array[60].Single(_ => true, "0N0XIzNsQ0O2");

        foreach (var text in filters)
        {
            var filter = Filter.Parse(text)!;
            var expected = content.Where(demonstration => demonstration.Id != "d007" && filter.Matches(demonstration)).Select(d => d.Id).ToArray();

            var nearest = (await Store.SearchAsync(Given.Name(), [new(new float[] { 1, 0 }, Given.Model, 200, filter)], Token))[0];
            var sample = await Store.SampleAsync(Given.Name(), new(1, 200, filter), Token);
            var listed = await Store.ListAsync(Given.Name(), new(200, Filter: filter), Token);
            var texts = await Store.SearchTextAsync(Given.Name(), new("words", 200, filter), Token);

            Assert.Equal(expected, nearest.Matches.Select(match => match.Demonstration.Id));
            Assert.Equal(expected, sample.Select(demonstration => demonstration.Id).Order(StringComparer.Ordinal));
            Assert.Equal(expected, listed.Items.Select(demonstration => demonstration.Id));
            Assert.Equal(expected, texts.Matches.Select(match => match.Demonstration.Id));
            Assert.Equal(expected.Length, nearest.Report.Visited);
        }
    }

    [Fact]
    public async Task Filter_AfterMoreWrites_SeesThem()
    {
        var filter = Filter.Parse("metadata.new == true");
        var fresh = new Dictionary<string, MetadataValue> { ["new"] = MetadataValue.Of(true) };
        await Store.With(Given.Schema(), Given.Demonstration("a"), Given.Demonstration("b"));
        var before = (await Store.SearchAsync(Given.Name(), [new(new float[] { 1, 0 }, Given.Model, 9, filter)], Token))[0];

        await Store.UpsertAsync(Given.Name(), [(Given.Demonstration("a") with { Metadata = fresh }).Write(), (Given.Demonstration("c") with { Metadata = fresh }).Write()], Token);

        var after = (await Store.SearchAsync(Given.Name(), [new(new float[] { 1, 0 }, Given.Model, 9, filter)], Token))[0];
        Assert.Empty(before.Matches);
        Assert.Equal(["a", "c"], after.Matches.Select(match => match.Demonstration.Id));
    }

    [Fact]
    public async Task Filter_AskedAgainAndAgain_FollowsDeletesAndWrites()
    {
        // One row in 50 passes: selective enough for a store to keep such rows ready.
        var vectors = Given.Vectors(1000, 8);
        await Store.With(Given.Schema(8), vectors.Select((vector, i) => Given.Demonstration($"d{i:D3}", vector) with { Label = i % 50 == 7 ? "rare" : "usual" }));
        var query = new VectorQuery(Given.Vectors(1, 8, seed: 2)[0], Given.Model, 5, Filter.Parse("label == 'rare'"));
        async Task<VectorMatches> AskAsync() => (await Store.SearchAsync(Given.Name(), [query], Token))[0];

        VectorMatches[] same = [await AskAsync(), await AskAsync(), await AskAsync()];
        var nearest = same[0].Matches[0].Demonstration.Id;
        await Store.DeleteAsync(Given.Name(), [new(nearest)], Token);
        VectorMatches[] without = [await AskAsync(), await AskAsync(), await AskAsync()];
        await Store.UpsertAsync(Given.Name(), [(Given.Demonstration("new", query.Vector.ToArray()) with { Label = "rare" }).Write()], Token);
        VectorMatches[] with = [await AskAsync(), await AskAsync(), await AskAsync()];

        Assert.All(same, answer => Assert.Equal(20, answer.Report.Visited));
        Assert.All(same, answer => Assert.Equal(same[0].Matches.Select(Of), answer.Matches.Select(Of)));
        Assert.All(without, answer => Assert.Equal(19, answer.Report.Visited));
        Assert.All(without, answer => Assert.Equal(same[0].Matches.Skip(1).Select(Of), answer.Matches.Take(4).Select(Of)));
        Assert.All(with, answer => Assert.Equal(["new", .. same[0].Matches.Skip(1).Select(match => match.Demonstration.Id)], answer.Matches.Select(match => match.Demonstration.Id)));

        static (string Id, double Score) Of(VectorMatch match) => (match.Demonstration.Id, match.Score);
    }

    [Fact]
    public async Task List_FilteredPages_GoThroughAllAndBindTheToken()
    {
        await Store.With(Given.Schema(), Enumerable.Range(0, 20).Select(i => Given.Demonstration($"d{i:D2}") with { Label = i % 3 == 0 ? "x" : "y" }));
        var query = new ListQuery(3, Filter: Filter.Parse("label == 'x'"));

        var first = await Store.ListAsync(Given.Name(), query, Token);
        var second = await Store.ListAsync(Given.Name(), query with { PageToken = first.NextPageToken }, Token);
        var third = await Store.ListAsync(Given.Name(), query with { PageToken = second.NextPageToken }, Token);

        Assert.Equal(
            ["d00", "d03", "d06", "d09", "d12", "d15", "d18"], first.Items.Concat(second.Items).Concat(third.Items).Select(demonstration => demonstration.Id));
        Assert.Empty(third.NextPageToken);
        await Assert.ThrowsAsync<MeshException>(() => Store.ListAsync(Given.Name(), new(3, first.NextPageToken), Token));
    }

    [Fact]
    public async Task SearchText_RareWord_ComesFirst()
    {
        await Store.With(
            Given.Schema(),
            Given.Demonstration("a") with { Text = "the film was long" },
            Given.Demonstration("b") with { Text = "the Zeppelin film" },
            Given.Demonstration("c") with { Text = "nothing in common" },
            Given.Demonstration("d") with { Text = "the film, again" });

        var answer = await Store.SearchTextAsync(Given.Name(), new("The ZEPPELIN's film!", 10), Token);

        Assert.Equal("b", answer.Matches[0].Demonstration.Id);
        Assert.Equal(["a", "b", "d"], answer.Matches.Select(match => match.Demonstration.Id).Order());
        Assert.Equal(answer.Matches.Select(match => match.Score).OrderDescending(), answer.Matches.Select(match => match.Score));
    }

    [Theory]
    [InlineData("")]
    [InlineData("\"' OR NEAR(")]
    [InlineData("?!")]
    public async Task SearchText_NoWordInCommon_FindsNothing(string text)
    {
        await Store.With(Given.Schema(), Given.Demonstration("a") with { Text = "plain words" });

        var answer = await Store.SearchTextAsync(Given.Name(), new(text, 10), Token);

        Assert.Empty(answer.Matches);
    }

    [Fact]
    public async Task SearchText_ReplacedAndDeleted_AreGone()
    {
        await Store.With(Given.Schema(), Given.Demonstration("a") with { Text = "old" }, Given.Demonstration("b") with { Text = "old" });
        await Store.UpsertAsync(Given.Name(), [(Given.Demonstration("a") with { Text = "new" }).Write()], Token);
        await Store.DeleteAsync(Given.Name(), [new("b")], Token);

        var old = await Store.SearchTextAsync(Given.Name(), new("old", 10), Token);
        var @new = await Store.SearchTextAsync(Given.Name(), new("new", 10), Token);

        Assert.Empty(old.Matches);
        Assert.Equal("a", Assert.Single(@new.Matches).Demonstration.Id);
    }

    [Fact]
    public async Task SearchText_WithoutIndex_SaysSo()
    {
        await Store.CreateCollectionAsync(Given.Name(), Given.Schema() with { TextIndex = false }, Given.NoAttributes, Token);

        var error = await Assert.ThrowsAsync<MeshException>(() => Store.SearchTextAsync(Given.Name(), new("x", 1), Token));

        Assert.Equal(ErrorReasons.CapabilityMissing, error.Reason);
    }
}
