using IclMesh.Retrieval.Core.Sqlite;
using Microsoft.Data.Sqlite;

namespace IclMesh.Retrieval.Tests.Sqlite;

public sealed class SqliteStoreTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Open_FolderInUse_SaysSo()
    {
        await using var first = Open();

        var error = Assert.Throws<MeshException>(Open);

        Assert.Equal(ErrorReasons.StorageUnavailable, error.Reason);
        Assert.Contains("another process", error.Message);
    }

    [Theory]
    [InlineData("catalog.db")]
    [InlineData("collections/1/rows.db")]
    public async Task Open_NewerSchema_Refuses(string database)
    {
        await FillAsync();
        using (var connection = new SqliteConnection($"Data Source={Path.Combine(folder.Path, database)};Pooling=false"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA user_version = 99";
            command.ExecuteNonQuery();
        }

        var error = await Assert.ThrowsAsync<MeshException>(ReadAsync);

        Assert.Equal(ErrorReasons.FormatUnsupported, error.Reason);
        Assert.Contains("schema version 99", error.Message);
    }

    [Theory]
    [InlineData("catalog.db")]
    [InlineData("collections/1/rows.db")]
    [InlineData("collections/1/vectors.1.f32")]
    [InlineData("collections/1/vectors.1.i8")]
    [InlineData("collections/1/vectors.1.facts")]
    public async Task Open_HeaderOverwritten_DataCorrupt(string file)
    {
        await FillAsync();
        await File.WriteAllBytesAsync(Path.Combine(folder.Path, file), new byte[64 << 10], TestContext.Current.CancellationToken);

        var error = await Assert.ThrowsAsync<MeshException>(ReadAsync);

        Assert.Equal(ErrorKind.DataLoss, error.Kind);
        Assert.Equal(ErrorReasons.DataCorrupt, error.Reason);
    }

    [Fact]
    public async Task Open_VectorsCutShort_SaysHowManyBytesAreMissing()
    {
        await FillAsync();
        using (var vectors = File.OpenWrite(Path.Combine(folder.Path, "collections/1/vectors.1.f32")))
        {
            vectors.SetLength(4096 + 7);
        }

        var error = await Assert.ThrowsAsync<MeshException>(ReadAsync);

        Assert.Contains("has 4103 bytes, its 1 rows need 4104", error.Message);
    }

    [Fact]
    public async Task Read_VectorBitFlipped_NeverReturnsIt()
    {
        await FillAsync();
        using (var vectors = File.OpenWrite(Path.Combine(folder.Path, "collections/1/vectors.1.f32")))
        {
            vectors.Position = 4096;
            vectors.WriteByte(1);
        }

        var error = await Assert.ThrowsAsync<MeshException>(ReadAsync);

        Assert.Contains("the vector of row 0 does not match its checksum", error.Message);
    }

    [Fact]
    public async Task Open_DerivedFilesDeleted_MakesThemAgain()
    {
        await FillAsync();
        var facts = Path.Combine(folder.Path, "collections/1/vectors.1.facts");
        var before = (await File.ReadAllBytesAsync(facts, TestContext.Current.CancellationToken)).AsSpan(0, 4096 + 32).ToArray();
        File.Delete(facts);

        await ReadAsync();

        var after = (await File.ReadAllBytesAsync(facts, TestContext.Current.CancellationToken)).AsSpan(0, 4096 + 32).ToArray();
        Assert.Equal(before, after);
    }

    [Fact]
    public async Task Read_TextChangedBehindItsBack_NeverReturnsIt()
    {
        await FillAsync();
        using (var connection = new SqliteConnection($"Data Source={Path.Combine(folder.Path, "collections/1/rows.db")};Pooling=false"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "UPDATE demonstrations SET label = 'negative'";
            command.ExecuteNonQuery();
        }

        var error = await Assert.ThrowsAsync<MeshException>(ReadAsync);

        Assert.Equal(ErrorReasons.DataCorrupt, error.Reason);
    }

    [Fact]
    public async Task Open_VectorsBehindTheLastCommit_AreOverwritten()
    {
        await FillAsync();
        using (var vectors = File.OpenWrite(Path.Combine(folder.Path, "collections/1/vectors.1.f32")))
        {
            // What a process leaves that is killed between its vectors and its commit.
            vectors.Position = 4096 + 8;
            vectors.Write(new byte[] { 1, 2, 3, 4, 5, 6, 7, 8 });
        }

        await using var store = Open();
        await store.UpsertAsync(Given.Name(), [Given.Demonstration("b", 0, 1).Write()], TestContext.Current.CancellationToken);

        var found = await store.GetAsync(Given.Name(), ["a", "b"], TestContext.Current.CancellationToken);
        Assert.Equal([[1f, 0f], [0f, 1f]], found.Select(demonstration => demonstration.Vector));
    }

    private SqliteDemonstrationStore Open() => SqliteDemonstrationStore.Open(new(folder.Path), TimeProvider.System);

    private async Task FillAsync()
    {
        await using var store = Open();
        await store.With(Given.Schema(), Given.Demonstration("a", 1, 0));
    }

    private async Task ReadAsync()
    {
        await using var store = Open();
        await store.GetAsync(Given.Name(), ["a"], TestContext.Current.CancellationToken);
    }
}
