using IclMesh.Retrieval.Core.Demonstrations;

namespace IclMesh.Retrieval.Tests.Conformance;

public abstract partial class StoreConformance
{
    [Fact]
    public async Task Upsert_New_IsReadBackWhole()
    {
        var full = new Demonstration
        {
            Id = "héllo/1",
            Text = "line one\nline two \U0001F600",
            Label = "maybe",
            LabelDistribution = new Dictionary<string, float> { ["no"] = 0.25f, ["maybe"] = 0.75f },
            Vector = [0.1f, -3f],
            Metadata = new Dictionary<string, MetadataValue>
            {
                ["year"] = MetadataValue.Of(2019.5),
                ["source"] = MetadataValue.Of("a \"b\""),
                ["gold"] = MetadataValue.Of(true),
            },
            Split = "validation",
        };

        await Store.With(Given.Schema(), full);
        await ReopenAsync();

        var stored = Assert.Single(await Store.GetAsync(Given.Name(), [full.Id], Token));
        Assert.Equal(full.Text, stored.Text);
        Assert.Equal(full.Label, stored.Label);
        Assert.Equal(full.LabelDistribution, stored.LabelDistribution);
        Assert.Equal(full.Vector, stored.Vector);
        Assert.Equal(full.Metadata, stored.Metadata);
        Assert.Equal(full.Split, stored.Split);
        Assert.Equal(1, stored.Version);
    }

    [Fact]
    public async Task Upsert_SameAgain_ChangesNothing()
    {
        await Store.With(Given.Schema(), Given.Demonstration("a"), Given.Demonstration("b"));

        var outcome = Assert.Single(await Store.UpsertAsync(Given.Name(), [Given.Demonstration("a").Write()], Token));

        Assert.Equal(new WriteOutcome("a", WriteKind.Unchanged, 1), outcome);
        Assert.Equal(2, (await Store.GetCollectionAsync(Given.Name(), Token)).Revision);
    }

    [Fact]
    public async Task Upsert_OtherContent_ReplacesEverywhere()
    {
        await Store.With(Given.Schema(), Given.Demonstration("a", 1, 0), Given.Demonstration("b", 1, 0.5f));

        var outcome = Assert.Single(await Store.UpsertAsync(Given.Name(), [Given.Demonstration("a", -1, 0).Write()], Token));

        Assert.Equal((WriteKind.Updated, 3L), (outcome.Kind, outcome.Version));
        var collection = await Store.GetCollectionAsync(Given.Name(), Token);
        Assert.Equal((2L, 3L), (collection.Count, collection.Revision));
        var nearest = (await Store.SearchAsync(Given.Name(), [Given.Query(2, 1, 0)], Token))[0];
        Assert.Equal(["b", "a"], nearest.Matches.Select(match => match.Demonstration.Id));
    }

    [Fact]
    public async Task Upsert_EqualIdsInABatch_LastOneCounts()
    {
        await Store.With(Given.Schema(), Given.Demonstration("a", 1, 0), Given.Demonstration("a", 0, 1));

        var stored = await Store.GetAsync(Given.Name(), ["a"], Token);

        Assert.Equal([0f, 1f], Assert.Single(stored).Vector);
        Assert.Equal(1, (await Store.GetCollectionAsync(Given.Name(), Token)).Count);
    }

    [Fact]
    public async Task Upsert_BrokenItem_IsRefusedAlone()
    {
        await Store.CreateCollectionAsync(Given.Name(), Given.Schema(), Given.NoAttributes, Token);

        var outcomes = await Store.UpsertAsync(
            Given.Name(), [Given.Demonstration("a").Write(), Given.Demonstration("b", 1, 2, 3).Write(), Given.Demonstration("c").Write()], Token);

        Assert.Equal([WriteKind.Inserted, WriteKind.Refused, WriteKind.Inserted], outcomes.Select(outcome => outcome.Kind));
        Assert.Equal("must have 2 components, has 3", Assert.Single(outcomes[1].Error!.Violations).Description);
        Assert.Equal(2, (await Store.GetCollectionAsync(Given.Name(), Token)).Count);
    }

    [Fact]
    public async Task Upsert_TextAtAndOverTheLimit_KeepsAndRefuses()
    {
        // Two bytes a character: the limit is one of bytes.
        const int Limit = 1 << 20;
        await Store.CreateCollectionAsync(Given.Name(), Given.Schema() with { TextIndex = false }, Given.NoAttributes, Token);
        var (longest, longer) = (new string('é', Limit / 2), new string('é', Limit / 2) + "e");

        var outcomes = await Store.UpsertAsync(
            Given.Name(), [(Given.Demonstration("a") with { Text = longest }).Write(), (Given.Demonstration("b") with { Text = longer }).Write()], Token);

        Assert.Equal([WriteKind.Inserted, WriteKind.Refused], outcomes.Select(outcome => outcome.Kind));
        var violation = Assert.Single(outcomes[1].Error!.Violations);
        Assert.Equal(("text", "must have at most 1048576 UTF-8 bytes, has 1048577"), (violation.Field, violation.Description));
        Assert.Equal(longest, Assert.Single(await Store.GetAsync(Given.Name(), ["a"], Token)).Text);
    }

    [Theory]
    [InlineData(float.NaN, 0f, "must be finite, element 0 is NaN")]
    [InlineData(0f, float.PositiveInfinity, "must be finite, element 1 is Infinity")]
    [InlineData(0f, 0f, "must have a norm of at least 1E-18 for the cosine, has 0")]
    public async Task Upsert_BadVector_SaysWhat(float x, float y, string description)
    {
        await Store.CreateCollectionAsync(Given.Name(), Given.Schema(), Given.NoAttributes, Token);

        var outcome = Assert.Single(await Store.UpsertAsync(Given.Name(), [Given.Demonstration("a", x, y).Write()], Token));

        var violation = Assert.Single(outcome.Error!.Violations);
        Assert.Equal("vector", violation.Field);
        Assert.Equal(description, violation.Description, ignoreCase: true);
    }

    [Fact]
    public async Task Upsert_VectorOfAnotherModel_IsRefused()
    {
        await Store.CreateCollectionAsync(Given.Name(), Given.Schema(), Given.NoAttributes, Token);

        var outcome = Assert.Single(
            await Store.UpsertAsync(Given.Name(), [new(Given.Demonstration("a"), new("test-encoder", "2"))], Token));

        Assert.Equal(ErrorReasons.EmbeddingModelMismatch, outcome.Error!.Reason);
        Assert.Contains("'test-encoder' version '2'", outcome.Error.Message);
    }

    [Theory]
    [InlineData(0L)]
    [InlineData(7L)]
    public async Task Upsert_UnexpectedVersion_AbortsWithTheCurrentOne(long expected)
    {
        await Store.With(Given.Schema(), Given.Demonstration("a"));

        var outcome = Assert.Single(await Store.UpsertAsync(Given.Name(), [Given.Demonstration("a", 0, 1).Write(expected)], Token));

        Assert.Equal(ErrorKind.Aborted, outcome.Error!.Kind);
        Assert.Equal("1", outcome.Error.Metadata["current_version"]);
        var stored = Assert.Single(await Store.GetAsync(Given.Name(), ["a"], Token));
        Assert.Equal([1f, 0f], stored.Vector);
    }

    [Fact]
    public async Task Upsert_ExpectedVersion_Writes()
    {
        await Store.With(Given.Schema(), Given.Demonstration("a"));

        var outcomes = await Store.UpsertAsync(
            Given.Name(), [Given.Demonstration("a", 0, 1).Write(1), Given.Demonstration("b").Write(0)], Token);

        Assert.Equal([WriteKind.Updated, WriteKind.Inserted], outcomes.Select(outcome => outcome.Kind));
    }

    [Fact]
    public async Task Delete_Existing_IsNowhereFoundAndCanComeBack()
    {
        await Store.With(Given.Schema(), Given.Demonstration("a"), Given.Demonstration("b"));

        var outcomes = await Store.DeleteAsync(Given.Name(), [new("a"), new("nothing")], Token);
        await ReopenAsync();

        Assert.Equal([WriteKind.Deleted, WriteKind.Unchanged], outcomes.Select(outcome => outcome.Kind));
        var collection = await Store.GetCollectionAsync(Given.Name(), Token);
        Assert.Equal((1L, 1L, 3L), (collection.Count, collection.DeletedCount, collection.Revision));
        Assert.Empty(await Store.GetAsync(Given.Name(), ["a"], Token));
        var nearest = (await Store.SearchAsync(Given.Name(), [Given.Query(5, 1, 0)], Token))[0];
        Assert.Equal(["b"], nearest.Matches.Select(match => match.Demonstration.Id));
        var back = Assert.Single(await Store.UpsertAsync(Given.Name(), [Given.Demonstration("a").Write(0)], Token));
        Assert.Equal((WriteKind.Inserted, 4L), (back.Kind, back.Version));
        Assert.Equal(0, (await Store.GetCollectionAsync(Given.Name(), Token)).DeletedCount);
    }

    [Fact]
    public async Task Delete_UnexpectedVersion_KeepsIt()
    {
        await Store.With(Given.Schema(), Given.Demonstration("a"));

        var outcome = Assert.Single(await Store.DeleteAsync(Given.Name(), [new("a", ExpectedVersion: 9)], Token));

        Assert.Equal(ErrorReasons.VersionConflict, outcome.Error!.Reason);
        Assert.Single(await Store.GetAsync(Given.Name(), ["a"], Token));
    }

    [Fact]
    public async Task Upsert_ManyBatches_AllSurviveReopening()
    {
        const int Batches = 5, Size = 700;
        await Store.CreateCollectionAsync(Given.Name(), Given.Schema(8), Given.NoAttributes, Token);
        var vectors = Given.Vectors(Batches * Size, 8);
        for (var batch = 0; batch < Batches; batch++)
        {
            var first = batch * Size;
            await Store.UpsertAsync(
                Given.Name(), [.. Enumerable.Range(first, Size).Select(i => Given.Demonstration($"d{i:D5}", vectors[i]).Write())], Token);
        }

        await ReopenAsync();

        Assert.Equal(Batches * Size, (await Store.GetCollectionAsync(Given.Name(), Token)).Count);
        foreach (var i in (int[])[0, 1023, 1024, 2047, 2048, Batches * Size - 1])
        {
            var best = (await Store.SearchAsync(Given.Name(), [Given.Query(1, vectors[i])], Token))[0].Matches[0];
            Assert.Equal($"d{i:D5}", best.Demonstration.Id);
            Assert.Equal(vectors[i], best.Demonstration.Vector);
        }
    }
}
