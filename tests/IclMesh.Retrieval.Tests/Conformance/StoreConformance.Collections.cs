using IclMesh.Retrieval.Core.Collections;

namespace IclMesh.Retrieval.Tests.Conformance;

public abstract partial class StoreConformance
{
    [Fact]
    public async Task CreateCollection_New_IsEmptyAndKeepsItsSettings()
    {
        var attributes = new Dictionary<string, string> { ["digest"] = "abc" };

        var created = await Store.CreateCollectionAsync(Given.Name(), Given.Schema(3, VectorMetric.Euclidean), attributes, Token);
        await ReopenAsync();

        var found = await Store.GetCollectionAsync(Given.Name(), Token);
        Assert.Equal(Given.Schema(3, VectorMetric.Euclidean), found.Schema);
        Assert.Equal(created.CreatedAt, found.CreatedAt);
        Assert.Equal("abc", found.Attributes["digest"]);
        Assert.Equal((0L, 0L, 0L), (found.Count, found.DeletedCount, found.Revision));
    }

    [Fact]
    public async Task CreateCollection_SameAgain_KeepsWhatIsThere()
    {
        await Store.With(Given.Schema(), Given.Demonstration("a"));

        var again = await Store.CreateCollectionAsync(Given.Name(), Given.Schema(), Given.NoAttributes, Token);

        Assert.Equal(1, again.Count);
    }

    [Fact]
    public async Task CreateCollection_OtherDimension_AlreadyExists()
    {
        await Store.CreateCollectionAsync(Given.Name(), Given.Schema(2), Given.NoAttributes, Token);

        var error = await Assert.ThrowsAsync<MeshException>(
            () => Store.CreateCollectionAsync(Given.Name(), Given.Schema(3), Given.NoAttributes, Token));

        Assert.Equal(ErrorKind.AlreadyExists, error.Kind);
        Assert.Equal(ErrorReasons.ResourceExists, error.Reason);
    }

    [Theory]
    [InlineData("", "name")]
    [InlineData("a b", "name")]
    [InlineData("-a", "name")]
    [InlineData("../a", "name")]
    public async Task CreateCollection_BadName_NamesTheField(string name, string field)
    {
        var error = await Assert.ThrowsAsync<MeshException>(
            () => Store.CreateCollectionAsync(Given.Name(name), Given.Schema(), Given.NoAttributes, Token));

        Assert.Equal(field, Assert.Single(error.Violations).Field);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(CollectionSchema.MaxDimension + 1)]
    public async Task CreateCollection_BadDimension_SaysTheRange(int dimension)
    {
        var error = await Assert.ThrowsAsync<MeshException>(
            () => Store.CreateCollectionAsync(Given.Name(), Given.Schema(dimension), Given.NoAttributes, Token));

        Assert.Equal($"must be between 1 and {CollectionSchema.MaxDimension}, is {dimension}", Assert.Single(error.Violations).Description);
    }

    [Fact]
    public async Task GetCollection_Unknown_NotFound()
    {
        var error = await Assert.ThrowsAsync<MeshException>(() => Store.GetCollectionAsync(Given.Name("nothing"), Token));

        Assert.Equal(ErrorKind.NotFound, error.Kind);
        Assert.Equal("nothing", error.Metadata["name"]);
    }

    [Fact]
    public async Task DeleteCollection_Existing_IsGoneAndItsNameIsFree()
    {
        await Store.With(Given.Schema(), Given.Demonstration("a"));

        var first = await Store.DeleteCollectionAsync(Given.Name(), Token);
        var second = await Store.DeleteCollectionAsync(Given.Name(), Token);

        Assert.Equal((true, false), (first, second));
        var recreated = await Store.CreateCollectionAsync(Given.Name(), Given.Schema(3), Given.NoAttributes, Token);
        Assert.Equal(0, recreated.Count);
    }

    [Fact]
    public async Task ListCollections_Pages_GoThroughAllInOrderWithinTheNamespace()
    {
        foreach (var name in (string[])["b", "a", "B", "c"])
        {
            await Store.CreateCollectionAsync(Given.Name(name), Given.Schema(), Given.NoAttributes, Token);
        }

        await Store.CreateCollectionAsync(new("tenant", "z"), Given.Schema(), Given.NoAttributes, Token);

        var first = await Store.ListCollectionsAsync("", 3, "", Token);
        var second = await Store.ListCollectionsAsync("", 3, first.NextPageToken, Token);

        Assert.Equal(["B", "a", "b"], first.Items.Select(collection => collection.Name.Name));
        Assert.Equal(["c"], second.Items.Select(collection => collection.Name.Name));
        Assert.Empty(second.NextPageToken);
    }

    [Fact]
    public async Task ListCollections_TokenOfAnotherNamespace_IsRefused()
    {
        await Store.CreateCollectionAsync(Given.Name("a"), Given.Schema(), Given.NoAttributes, Token);
        await Store.CreateCollectionAsync(Given.Name("b"), Given.Schema(), Given.NoAttributes, Token);
        var page = await Store.ListCollectionsAsync("", 1, "", Token);

        var error = await Assert.ThrowsAsync<MeshException>(() => Store.ListCollectionsAsync("tenant", 1, page.NextPageToken, Token));

        Assert.Equal("page_token", Assert.Single(error.Violations).Field);
    }
}
