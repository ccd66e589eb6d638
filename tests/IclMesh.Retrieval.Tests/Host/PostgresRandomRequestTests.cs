using IclMesh.Testing;

namespace IclMesh.Retrieval.Tests.Host;

public sealed class PostgresRandomRequestTests : RandomRequestTests
{
    private readonly string schema = PostgresServer.NewSchema();

    protected override async Task<(string Key, string Value)[]> SettingsAsync() =>
    [
        ("Retrieval:Store", "postgres"),
        ("Retrieval:ConnectionString", await PostgresServer.RequireAsync()),
        ("Retrieval:Schema", schema),
    ];

    protected override async ValueTask CleanUpAsync() => await PostgresServer.DropAsync(await PostgresServer.RequireAsync(), schema);
}
