using IclMesh.Retrieval.Core.Demonstrations;
using IclMesh.Retrieval.Core.Filters;
using IclMesh.Retrieval.Core.Searching;

namespace IclMesh.Retrieval.Tests.Conformance;

public abstract partial class StoreConformance
{
    /// <summary>What is stored in the tests of numbers: neighbours that binary64 cannot tell apart, and some that it can.</summary>
    private static readonly Dictionary<string, MetadataValue> Numbers = new()
    {
        ["992"] = MetadataValue.Of(9_007_199_254_740_992),
        ["993"] = MetadataValue.Of(9_007_199_254_740_993),
        ["994"] = MetadataValue.Of(9_007_199_254_740_994),
        ["least"] = MetadataValue.Of(long.MinValue),
        ["greatest"] = MetadataValue.Of(long.MaxValue),
        ["half"] = MetadataValue.Of(0.5),
        ["tiny"] = MetadataValue.Of(1e-300),
        ["seven"] = MetadataValue.Of(7.0),
        ["text"] = MetadataValue.Of("9007199254740993"),
    };

    [Fact]
    public async Task Upsert_ContentMadeToCollide_IsNotUnchanged()
    {
        // XXH3 multiplies the halves of eight bytes after mixing in its secret. Where the lower half becomes 0 the upper one only counts in a sum,
        // so one more here and one less there change nothing. These two lie in stripes 1 and 2, lane 2, behind 64 bytes of other content.
        var (first, second) = (Colliding(0), Colliding(1));
        Assert.NotEqual(first.Vector, second.Vector);
        Assert.Equal(DemonstrationContent.ChecksumOf(first), DemonstrationContent.ChecksumOf(second));
        await Store.With(Given.Schema(64), first);

        var outcome = Assert.Single(await Store.UpsertAsync(Given.Name(), [second.Write()], Token));

        Assert.Equal(WriteKind.Updated, outcome.Kind);
        Assert.Equal(second.Vector, Assert.Single(await Store.GetAsync(Given.Name(), ["a"], Token)).Vector);
    }

    [Fact]
    public async Task Upsert_SameIdTwiceInABatch_TellsWhatBecameOfEach()
    {
        await Store.CreateCollectionAsync(Given.Name(), Given.Schema(), Given.NoAttributes, Token);

        var outcomes = await Store.UpsertAsync(
            Given.Name(), [Given.Demonstration("a").Write(), Given.Demonstration("a").Write(), (Given.Demonstration("a") with { Text = "other" }).Write()], Token);

        Assert.Equal([WriteKind.Inserted, WriteKind.Unchanged, WriteKind.Updated], outcomes.Select(outcome => outcome.Kind));
    }

    [Fact]
    public async Task Metadata_NumbersOfAnySize_AreKeptAndComparedExactly()
    {
        await Store.With(Given.Schema(), Numbers.Select(entry => Given.Demonstration(entry.Key) with { Metadata = new Dictionary<string, MetadataValue> { ["n"] = entry.Value } }));
        await Store.CompactAsync(Given.Name(), Token);
        await Store.CreateSnapshotAsync(Given.Name(), "kept", Token);
        await Store.RestoreSnapshotAsync(Given.Name(), "kept", Given.Name("again"), Token);
        await ReopenAsync();

        foreach (var name in (string[])["demos", "again"])
        {
            var stored = await Store.ListAsync(Given.Name(name), new(100), Token);
            Assert.All(stored.Items, item => Assert.Equal(Numbers[item.Id], item.Metadata["n"]));
            await PassesAsync(name, "metadata.n == 9007199254740993", "993");
            await PassesAsync(name, "metadata.n == 9007199254740992", "992");
            await PassesAsync(name, "metadata.n > 9007199254740992", "993", "994", "greatest");
            await PassesAsync(name, "metadata.n in (9007199254740993, 7.0)", "993", "seven");
            await PassesAsync(name, "metadata.n >= 9223372036854775807", "greatest");
            await PassesAsync(name, "metadata.n <= -9223372036854775808", "least");
            await PassesAsync(name, "metadata.n > 0 and metadata.n < 0.5", "tiny");
            await PassesAsync(name, "metadata.n == 0.5", "half");
            await PassesAsync(name, "metadata.n > 6.5 and metadata.n < 7.5", "seven");
            await PassesAsync(name, "metadata.n == '9007199254740993'", "text");
        }
    }

    [Theory]
    [InlineData("metadata.n == 18446744073709551615")]
    [InlineData("metadata.n == 9007199254740993.5")]
    [InlineData("metadata.n > 0.333333333333333333333")]
    [InlineData("metadata.n == 1e400")]
    public void Filter_NumberThatNothingKeeps_IsRefused(string filter) =>
        Assert.Equal("filter", Assert.Single(Assert.Throws<MeshException>(() => Filter.Parse(filter)).Violations).Field);

    [Fact]
    public async Task AnyString_WithNul_IsRefusedByFieldOnEveryPath()
    {
        const string Nul = "a\0b";
        await Store.With(Given.Schema(), Given.Demonstration("a"));
        var pairs = new Dictionary<string, string> { [Nul] = "x" };
        var values = new Dictionary<string, string> { ["x"] = Nul };

        await RefusesAsync("name", () => Store.GetCollectionAsync(Given.Name(Nul), Token));
        await RefusesAsync("namespace", () => Store.GetCollectionAsync(new(Nul, "x"), Token));
        await RefusesAsync("namespace", () => Store.ListCollectionsAsync(Nul, 1, "", Token));
        await RefusesAsync("name", () => Store.DeleteCollectionAsync(Given.Name(Nul), Token));
        await RefusesAsync("attributes", () => Store.CreateCollectionAsync(Given.Name("x"), Given.Schema(), pairs, Token));
        await RefusesAsync("attributes[x]", () => Store.CreateCollectionAsync(Given.Name("x"), Given.Schema(), values, Token));
        await RefusesAsync("embedding_model", () => Store.CreateCollectionAsync(Given.Name("x"), Given.Schema() with { Model = new(Nul, "1") }, Given.NoAttributes, Token));
        await RefusesAsync("ids[1]", () => Store.GetAsync(Given.Name(), ["a", Nul], Token));
        await RefusesAsync("ids[0]", () => Store.DeleteAsync(Given.Name(), [new(Nul)], Token));
        await RefusesAsync("snapshot", () => Store.CreateSnapshotAsync(Given.Name(), Nul, Token));
        await RefusesAsync("snapshot", () => Store.DeleteSnapshotAsync(Given.Name(), Nul, Token));
        await RefusesAsync("snapshot", () => Store.RestoreSnapshotAsync(Given.Name(), Nul, Given.Name("y"), Token));
        await RefusesAsync("name", () => Store.RestoreSnapshotAsync(Given.Name(Nul), "x", Given.Name("y"), Token));
        await RefusesAsync("name", () => Store.ListSnapshotsAsync(Given.Name(Nul), Token));
        await RefusesAsync("page_token", () => Store.ListAsync(Given.Name(), new(1, Nul), Token));
        await RefusesAsync("filter", () => Store.ListAsync(Given.Name(), new(1, Filter: Filter.Parse($"label == '{Nul}'")), Token));
        await RefusesAsync("filter", () => Store.ListAsync(Given.Name(), new(1, Filter: Filter.Parse($"exists(metadata[\"{Nul}\"])")), Token));
        await RefusesAsync("quotas[0].label", () => new DemonstrationSearch(Store).SearchAsync(Given.Request(1, 1, 0) with { Quotas = [new(Nul, 0, 1)] }, Token));
        Assert.Single((await Store.SearchTextAsync(Given.Name(), new(Nul, 1), Token)).Matches);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0xd800)]
    [InlineData(0xdc00)]
    public async Task Upsert_StringThatNoStoreKeeps_IsRefusedAlone(int unit)
    {
        var odd = (char)unit;
        await Store.CreateCollectionAsync(Given.Name(), Given.Schema(), Given.NoAttributes, Token);
        Demonstration[] broken =
        [
            Given.Demonstration($"a{odd}"),
            Given.Demonstration("b") with { Text = $"b{odd}" },
            Given.Demonstration("c") with { Label = $"c{odd}" },
            Given.Demonstration("d") with { Split = $"d{odd}" },
            Given.Demonstration("e") with { Metadata = new Dictionary<string, MetadataValue> { [$"e{odd}"] = MetadataValue.Of(1) } },
            Given.Demonstration("f") with { Metadata = new Dictionary<string, MetadataValue> { ["f"] = MetadataValue.Of($"f{odd}") } },
            Given.Demonstration("g") with { LabelDistribution = new Dictionary<string, float> { [$"g{odd}"] = 1 } },
        ];

        var outcomes = await Store.UpsertAsync(Given.Name(), [.. broken.Select(item => item.Write()), Given.Demonstration("sound").Write()], Token);

        Assert.All(outcomes.SkipLast(1), outcome => Assert.Equal((WriteKind.Refused, ErrorKind.InvalidArgument), (outcome.Kind, outcome.Error!.Kind)));
        Assert.Equal(WriteKind.Inserted, outcomes[^1].Kind);
    }

    [Fact]
    public async Task List_TokenThatWasChanged_IsRefused()
    {
        await Store.With(Given.Schema(), Given.Demonstration("a"), Given.Demonstration("b"), Given.Demonstration("c"));
        var token = (await Store.ListAsync(Given.Name(), new(1), Token)).NextPageToken;

        foreach (var broken in (string[])[token[..^1], token + "AAAA", (token[0] == 'A' ? 'B' : 'A') + token[1..], token[..^2] + "_w", "x", "%%%", "AAAAAAAAAAAA"])
        {
            await RefusesAsync("page_token", () => Store.ListAsync(Given.Name(), new(1, broken), Token));
        }
    }

    private static Demonstration Colliding(int step)
    {
        var vector = new float[64];
        Array.Fill(vector, 1);
        vector[4] = BitConverter.UInt32BitsToSingle(0xa4a44072);
        vector[5] = BitConverter.UInt32BitsToSingle((uint)(0x3f800000 + step));
        vector[20] = BitConverter.UInt32BitsToSingle(0x4ee679cb);
        vector[21] = BitConverter.UInt32BitsToSingle((uint)(0x3f800000 - step));
        return new() { Id = "a", Text = new string('t', 36), Label = "x", Vector = vector };
    }

    private static async Task RefusesAsync(string field, Func<Task> call) =>
        Assert.Equal(field, Assert.Single((await Assert.ThrowsAsync<MeshException>(call)).Violations).Field);

    private async Task PassesAsync(string name, string filter, params string[] expected)
    {
        var parsed = Filter.Parse(filter);
        var listed = await Store.ListAsync(Given.Name(name), new(100, Filter: parsed), Token);
        var found = (await Store.SearchAsync(Given.Name(name), [new(new float[] { 1, 0 }, Given.Model, 100, parsed)], Token))[0];

        Assert.Equal(expected.Order(StringComparer.Ordinal), listed.Items.Select(item => item.Id));
        Assert.Equal(expected.Order(StringComparer.Ordinal), found.Matches.Select(match => match.Demonstration.Id).Order(StringComparer.Ordinal));
    }
}
