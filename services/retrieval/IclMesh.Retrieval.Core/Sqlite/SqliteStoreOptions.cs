namespace IclMesh.Retrieval.Core.Sqlite;

/// <summary>Settings of the SQLite store.</summary>
/// <param name="Folder">Where everything is kept; created where missing.</param>
public sealed record SqliteStoreOptions(string Folder)
{
    /// <summary>Most threads that one scan uses, 1 or more. Default: one per processor.</summary>
    public int ScanThreads { get; init; } = Environment.ProcessorCount;
}
