namespace IclMesh.Retrieval.Tests.Host;

public sealed class SqliteRandomRequestTests : RandomRequestTests
{
    private readonly TemporaryFolder folder = new();

    protected override Task<(string Key, string Value)[]> SettingsAsync() => Task.FromResult<(string, string)[]>([("Retrieval:Folder", folder.Path)]);

    protected override ValueTask CleanUpAsync()
    {
        folder.Dispose();
        return ValueTask.CompletedTask;
    }
}
