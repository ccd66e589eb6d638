using IclMesh.Gateway.Storage;
using IclMesh.Testing;

namespace IclMesh.Gateway.Tests.Jobs;

public sealed class PostgresJobStoreTests : JobStoreConformance
{
    private readonly string schema = PostgresServer.NewSchema();

    internal override async Task<GatewayStoreOptions> OptionsAsync() =>
        new() { Kind = GatewayStoreOptions.Postgres, ConnectionString = await PostgresServer.RequireAsync(), Schema = schema };

    internal override async ValueTask CleanUpAsync() => await PostgresServer.DropAsync(await PostgresServer.RequireAsync(), schema);
}
