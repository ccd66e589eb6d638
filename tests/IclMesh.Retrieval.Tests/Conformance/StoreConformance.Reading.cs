using IclMesh.Retrieval.Core.Collections;
using IclMesh.Retrieval.Core.Searching;
using IclMesh.Retrieval.Core.Selection;

namespace IclMesh.Retrieval.Tests.Conformance;

public abstract partial class StoreConformance
{
    [Fact]
    public async Task Get_SeveralIds_KeepsTheOrderAskedFor()
    {
        await Store.With(Given.Schema(), Given.Demonstration("a"), Given.Demonstration("b"), Given.Demonstration("c"));

        var found = await Store.GetAsync(Given.Name(), ["c", "nothing", "a"], Token);

        Assert.Equal(["c", "a"], found.Select(demonstration => demonstration.Id));
    }

    [Fact]
    public async Task List_Pages_GoThroughAllByCodePoint()
    {
        string[] ids = ["b", "Z", "a", "é", "\U0001F600", "\uFFFD", "10", "9"];
        await Store.With(Given.Schema(), ids.Select(id => Given.Demonstration(id)));

        var listed = new List<string>();
        var query = new ListQuery(PageSize: 3);
        do
        {
            var page = await Store.ListAsync(Given.Name(), query, Token);
            listed.AddRange(page.Items.Select(demonstration => demonstration.Id));
            query = query with { PageToken = page.NextPageToken };
        }
        while (query.PageToken.Length > 0);

        Assert.Equal(["10", "9", "Z", "a", "b", "é", "\uFFFD", "\U0001F600"], listed);
    }

    [Fact]
    public async Task List_Vectors_OnlyWhereAskedFor()
    {
        await Store.With(Given.Schema(), Given.Demonstration("a", 1, 0));

        var without = await Store.ListAsync(Given.Name(), new(10), Token);
        var with = await Store.ListAsync(Given.Name(), new(10, IncludeVectors: true), Token);

        Assert.Empty(without.Items[0].Vector);
        Assert.Equal([1f, 0f], with.Items[0].Vector);
    }

    [Fact]
    public async Task List_Deleted_OnlyWhereAskedFor()
    {
        await Store.With(Given.Schema(), Given.Demonstration("a"), Given.Demonstration("b"));
        await Store.DeleteAsync(Given.Name(), [new("a")], Token);

        var live = await Store.ListAsync(Given.Name(), new(10), Token);
        var all = await Store.ListAsync(Given.Name(), new(10, IncludeDeleted: true), Token);

        Assert.Equal(["b"], live.Items.Select(demonstration => demonstration.Id));
        Assert.Equal([("a", true), ("b", false)], all.Items.Select(demonstration => (demonstration.Id, demonstration.Deleted)));
    }

    [Theory]
    [InlineData("not a token!")]
    [InlineData("AAAA")]
    [InlineData("AAAAAAAAAAAAAAAAAAAA")]
    public async Task List_StrangeToken_IsRefused(string token)
    {
        await Store.With(Given.Schema(), Given.Demonstration("a"));

        var error = await Assert.ThrowsAsync<MeshException>(() => Store.ListAsync(Given.Name(), new(1, token), Token));

        Assert.Equal("page_token", Assert.Single(error.Violations).Field);
    }

    [Fact]
    public async Task CountLabels_AfterDeletion_CountsTheLiving()
    {
        await Store.With(
            Given.Schema(),
            Given.Demonstration("a") with { Label = "yes" },
            Given.Demonstration("b") with { Label = "no" },
            Given.Demonstration("c") with { Label = "no" });
        await Store.DeleteAsync(Given.Name(), [new("b")], Token);

        var counts = await Store.CountLabelsAsync(Given.Name(), Token);

        Assert.Equal(new Dictionary<string, long> { ["yes"] = 1, ["no"] = 1 }, counts);
    }

    [Theory]
    [InlineData(VectorMetric.Cosine)]
    [InlineData(VectorMetric.DotProduct)]
    [InlineData(VectorMetric.Euclidean)]
    public async Task Search_AgainstSorting_FindsTheSame(VectorMetric metric)
    {
        var vectors = Given.Vectors(300, 20);
        await Store.With(Given.Schema(20, metric), vectors.Select((vector, i) => Given.Demonstration($"d{i:D3}", vector)));
        var queries = Given.Vectors(5, 20, seed: 2);

        var answers = await Store.SearchAsync(Given.Name(), [.. queries.Select(query => Given.Query(10, query))], Token);

        for (var q = 0; q < queries.Length; q++)
        {
            var expected = Enumerable.Range(0, vectors.Length).OrderByDescending(i => Plain.Score(metric, queries[q], vectors[i])).Take(10).ToArray();
            Assert.Equal(expected.Select(i => $"d{i:D3}"), answers[q].Matches.Select(match => match.Demonstration.Id));
            Assert.All(answers[q].Matches.Zip(expected), pair =>

                // 20 products of numbers around 1 in fp32: far below 1e-5 from the double result.
                Assert.Equal(Plain.Score(metric, queries[q], vectors[pair.Second]), pair.First.Score, 1e-5));
            Assert.True(answers[q].Report.Exact);
        }
    }

    [Fact]
    public async Task Search_Ties_GoById()
    {
        string[] ids = ["m", "a", "z", "b", "y", "c"];
        await Store.With(Given.Schema(), [.. ids.Select(id => Given.Demonstration(id, 1, 1)), Given.Demonstration("best", 1, 0)]);

        var answer = (await Store.SearchAsync(Given.Name(), [Given.Query(4, 1, 0)], Token))[0];

        Assert.Equal(["best", "a", "b", "c"], answer.Matches.Select(match => match.Demonstration.Id));
    }

    [Fact]
    public async Task Search_EmptyCollection_FindsNothing()
    {
        await Store.CreateCollectionAsync(Given.Name(), Given.Schema(), Given.NoAttributes, Token);

        var answer = (await Store.SearchAsync(Given.Name(), [Given.Query(3, 1, 0)], Token))[0];

        Assert.Empty(answer.Matches);
        Assert.True(answer.Report.Exact);
    }

    [Fact]
    public async Task Search_BadQueries_NamesEveryField()
    {
        await Store.With(Given.Schema(), Given.Demonstration("a"));

        var error = await Assert.ThrowsAsync<MeshException>(
            () => Store.SearchAsync(Given.Name(), [Given.Query(1, 1, 0), Given.Query(0, 1, 2, 3), Given.Query(1, 0, 0)], Token));

        Assert.Equal(["queries[1].vector", "queries[1].limit", "queries[2].vector"], error.Violations.Select(violation => violation.Field));
    }

    [Fact]
    public async Task Sample_OtherInsertionOrder_DrawsTheSame()
    {
        var ids = Enumerable.Range(0, 50).Select(i => $"d{i}").ToArray();
        await Store.With(Given.Schema(), ids.Select(id => Given.Demonstration(id)));
        await Store.CreateCollectionAsync(Given.Name("reversed"), Given.Schema(), Given.NoAttributes, Token);
        await Store.UpsertAsync(Given.Name("reversed"), [.. ids.Reverse().Select(id => Given.Demonstration(id).Write())], Token);

        var one = await Store.SampleAsync(Given.Name(), new(Seed: 42, Limit: 8), Token);
        var other = await Store.SampleAsync(Given.Name("reversed"), new(Seed: 42, Limit: 8), Token);
        var otherSeed = await Store.SampleAsync(Given.Name(), new(Seed: 43, Limit: 8), Token);

        var expected = ids.OrderBy(id => SeededDraw.Key(SeededDraw.Hash(id), 42)).Take(8).ToArray();
        Assert.Equal(expected, one.Select(demonstration => demonstration.Id));
        Assert.Equal(expected, other.Select(demonstration => demonstration.Id));
        Assert.NotEqual(expected, otherSeed.Select(demonstration => demonstration.Id));
    }

    [Fact]
    public async Task Sample_MoreThanThereAre_ReturnsAll()
    {
        await Store.With(Given.Schema(), Given.Demonstration("a"), Given.Demonstration("b"));

        var sample = await Store.SampleAsync(Given.Name(), new(Seed: 1, Limit: 10), Token);

        Assert.Equal(2, sample.Count);
    }
}
