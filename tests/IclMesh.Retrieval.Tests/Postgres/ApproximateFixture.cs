using IclMesh.Retrieval.Core.Demonstrations;
using IclMesh.Retrieval.Core.Postgres;
using IclMesh.Testing;

namespace IclMesh.Retrieval.Tests.Postgres;

/// <summary>One collection with an HNSW index, filled once for all tests that only read it.</summary>
public sealed class ApproximateFixture : IAsyncLifetime
{
    public const int Rows = 2_000;
    public const int Dimension = 24;

    public string Schema { get; } = PostgresServer.NewSchema();

    public float[][] Vectors { get; } = Given.Vectors(Rows, Dimension);

    /// <summary>True for the rows whose metadata field <c>rare</c> is true.</summary>
    public static bool IsRare(int row) => row % 400 == 0;

    public static string IdOf(int row) => $"{row:D4}";

    public async ValueTask InitializeAsync()
    {
        await using var store = await OpenAsync(new(""));
        await store.With(Given.Schema(Dimension), Vectors.Select((vector, row) => Given.Demonstration(IdOf(row), vector) with
        {
            Metadata = new Dictionary<string, MetadataValue> { ["rare"] = MetadataValue.Of(IsRare(row)) },
        }));
    }

    public async ValueTask DisposeAsync() => await PostgresServer.DropAsync(await PostgresServer.RequireAsync(), Schema);

    /// <summary>Opens the store again, with other settings.</summary>
    public async Task<PostgresDemonstrationStore> OpenAsync(PostgresStoreOptions options) => PostgresDemonstrationStore.Open(
        options with { ConnectionString = await PostgresServer.RequireAsync(), Schema = Schema, Approximate = true }, TimeProvider.System);
}
