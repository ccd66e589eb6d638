namespace IclMesh.Retrieval.Core.Postgres;

/// <summary>Settings of the PostgreSQL store.</summary>
/// <param name="ConnectionString">Npgsql's connection string.</param>
public sealed record PostgresStoreOptions(string ConnectionString)
{
    /// <summary>Schema that holds the store's tables; created where missing.</summary>
    public string Schema { get; init; } = "iclmesh";

    /// <summary>Searches with an HNSW index, whose answers say that they are not exact. Default: exact.</summary>
    public bool Approximate { get; init; }

    /// <summary>Candidates that an HNSW search keeps (<c>hnsw.ef_search</c>), 1 to 1000.</summary>
    public int SearchWidth { get; init; } = 100;
}
