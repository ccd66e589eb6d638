using IclMesh.Gateway.Storage;
using IclMesh.Testing;

namespace IclMesh.Gateway.Tests.Jobs;

public sealed class SqliteJobStoreTests : JobStoreConformance
{
    private readonly TemporaryFolder folder = new();

    internal override Task<GatewayStoreOptions> OptionsAsync() => Task.FromResult(new GatewayStoreOptions { Folder = folder.Path });

    internal override ValueTask CleanUpAsync()
    {
        folder.Dispose();
        return ValueTask.CompletedTask;
    }
}
