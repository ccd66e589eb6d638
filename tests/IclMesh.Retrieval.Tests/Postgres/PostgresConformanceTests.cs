using IclMesh.Retrieval.Core;
using IclMesh.Retrieval.Core.Postgres;
using IclMesh.Retrieval.Tests.Conformance;
using IclMesh.Testing;
using Npgsql;

namespace IclMesh.Retrieval.Tests.Postgres;

public sealed class PostgresConformanceTests : StoreConformance
{
    private readonly string schema = PostgresServer.NewSchema();

    [Fact]
    public async Task Open_NewerSchema_Refuses()
    {
        await using (var database = new NpgsqlConnection(await PostgresServer.RequireAsync()))
        {
            await database.OpenAsync(Token);
#pragma warning disable CA2100 // The name comes from NewSchema.
            await using var command = new NpgsqlCommand($"INSERT INTO {schema}.schema_version VALUES (99)", database);
#pragma warning restore CA2100
            await command.ExecuteNonQueryAsync(Token);
        }

        var error = await Assert.ThrowsAsync<MeshException>(OpenAsync);

        Assert.Equal((ErrorKind.FailedPrecondition, ErrorReasons.FormatUnsupported), (error.Kind, error.Reason));
        Assert.Contains("has version 99, this build reads up to", error.Message);
    }

    protected override async Task<IDemonstrationStore> OpenAsync() => PostgresDemonstrationStore.Open(
        new(await PostgresServer.RequireAsync()) { Schema = schema }, TimeProvider.System);

    protected override Task<IDemonstrationStore> OpenAgainAsync() => OpenAsync();

    protected override async ValueTask CleanUpAsync() => await PostgresServer.DropAsync(await PostgresServer.RequireAsync(), schema);
}
