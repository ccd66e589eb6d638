namespace IclMesh.Retrieval.Core.Postgres;

/// <summary>Settings of the PostgreSQL store.</summary>
/// <param name="ConnectionString">Npgsql's connection string.</param>
public sealed record PostgresStoreOptions(string ConnectionString)
{
    /// <summary>Schema that holds the store's tables; created where missing.</summary>
    public string Schema { get; init; } = "iclmesh";

    /// <summary>Searches with an HNSW index, whose answers say that they are not exact. Default: exact.</summary>
    public bool Approximate { get; init; }

    /// <summary>Candidates that the index keeps for a row while it is built (<c>ef_construction</c>), 32 to 1000; new collections only. More cost time at every write and raise the recall of large collections.</summary>
    public int BuildWidth { get; init; } = 200;

    /// <summary>Candidates that an HNSW search keeps (<c>hnsw.ef_search</c>), 1 to 1000.</summary>
    public int SearchWidth { get; init; } = 160;

    /// <summary>Rows that one HNSW search visits at most before it gives up looking for more that pass a filter (<c>hnsw.max_scan_tuples</c>), 1 or more.</summary>
    public int MaxScanRows { get; init; } = 20_000;

    /// <summary>Answers exactly where a filter starved the index. Default: yes.</summary>
    public bool ExactWhenStarved { get; init; } = true;

    /// <summary>One in so many HNSW searches is repeated exactly in the background to estimate the recall; 0 for none.</summary>
    public int RecallSampleInterval { get; init; } = 100;

    /// <summary>Is told about a background check that ended with an error.</summary>
    public Action<Exception> CheckFailed { get; init; } = _ => { };
}
