using IclMesh.Gateway.Storage;
using IclMesh.Testing;

namespace IclMesh.Gateway.Tests.Storage;

public sealed class SqliteStoreTests : StoreConformance
{
    private readonly TemporaryFolder folder = new();

    [Fact]
    public async Task Open_FolderIsAFile_SaysSo()
    {
        var file = Path.Combine(folder.Path, "file");
        await File.WriteAllTextAsync(file, "", TestContext.Current.CancellationToken);

        var error = Assert.Throws<MeshException>(() => GatewayDatabase.Open(new() { Folder = Path.Combine(file, "below") }));

        Assert.Equal(ErrorReasons.StorageUnavailable, error.Reason);
    }

    [Fact]
    public async Task Open_FileIsNoDatabase_IsCorrupt()
    {
        var other = Directory.CreateDirectory(Path.Combine(folder.Path, "other")).FullName;
        await File.WriteAllTextAsync(Path.Combine(other, "gateway.db"), new string('x', 8192), TestContext.Current.CancellationToken);

        var error = Assert.Throws<MeshException>(() => GatewayDatabase.Open(new() { Folder = other }));

        Assert.Equal(ErrorReasons.DataCorrupt, error.Reason);
    }

    internal override Task<GatewayStoreOptions> OptionsAsync() => Task.FromResult(new GatewayStoreOptions { Folder = folder.Path });

    internal override ValueTask CleanUpAsync()
    {
        folder.Dispose();
        return default;
    }
}
