namespace IclMesh.Retrieval.Core.Sqlite;

/// <summary>Settings of the SQLite store.</summary>
/// <param name="Folder">Where everything is kept; created where missing.</param>
public sealed record SqliteStoreOptions(string Folder)
{
    /// <summary>Most threads that one scan uses, 1 or more. Default: one per processor.</summary>
    public int ScanThreads { get; init; } = Environment.ProcessorCount;

    /// <summary>Most searches that run at a time, 1 or more; further ones wait. Default: one per processor.</summary>
    public int ConcurrentSearches { get; init; } = Environment.ProcessorCount;

    /// <summary>Most searches that wait, 0 or more; further ones are refused.</summary>
    public int WaitingSearches { get; init; } = 1_024;

    /// <summary>Most collections that stay open while nobody uses them, 1 or more; each holds 8 to 14 files open.</summary>
    public int OpenCollections { get; init; } = 32;
}
