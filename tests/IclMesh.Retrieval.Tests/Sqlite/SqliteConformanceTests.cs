using IclMesh.Retrieval.Core;
using IclMesh.Retrieval.Core.Sqlite;
using IclMesh.Retrieval.Tests.Conformance;

namespace IclMesh.Retrieval.Tests.Sqlite;

public sealed class SqliteConformanceTests : StoreConformance
{
    private readonly TemporaryFolder folder = new();

    protected override Task<IDemonstrationStore> OpenAsync() =>
        Task.FromResult<IDemonstrationStore>(SqliteDemonstrationStore.Open(new(folder.Path), TimeProvider.System));

    protected override Task<IDemonstrationStore> OpenAgainAsync() => OpenAsync();

    protected override ValueTask CleanUpAsync()
    {
        folder.Dispose();
        return ValueTask.CompletedTask;
    }
}
