using IclMesh.Retrieval.Core;
using IclMesh.Retrieval.Core.Postgres;
using IclMesh.Retrieval.Tests.Conformance;
using IclMesh.Testing;

namespace IclMesh.Retrieval.Tests.Postgres;

public sealed class PostgresConformanceTests : StoreConformance
{
    private readonly string schema = PostgresServer.NewSchema();

    protected override async Task<IDemonstrationStore> OpenAsync() => PostgresDemonstrationStore.Open(
        new(await PostgresServer.RequireAsync()) { Schema = schema }, TimeProvider.System);

    protected override Task<IDemonstrationStore> OpenAgainAsync() => OpenAsync();

    protected override async ValueTask CleanUpAsync() => await PostgresServer.DropAsync(await PostgresServer.RequireAsync(), schema);
}
