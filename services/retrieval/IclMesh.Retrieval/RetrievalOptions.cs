using System.ComponentModel.DataAnnotations;
using IclMesh.Retrieval.Core.Postgres;
using IclMesh.Retrieval.Core.Sqlite;
using Microsoft.Extensions.Options;

namespace IclMesh.Retrieval;

/// <summary>Settings of the retrieval service; configuration section <c>Retrieval</c>.</summary>
public sealed class RetrievalOptions
{
    /// <summary>Name of the configuration section.</summary>
    public const string Section = "Retrieval";

    /// <summary>Which store to use: <c>sqlite</c> or <c>postgres</c>. Default <c>sqlite</c>.</summary>
    [AllowedValues(SqliteDemonstrationStore.StoreName, PostgresDemonstrationStore.StoreName)]
    public string Store { get; set; } = SqliteDemonstrationStore.StoreName;

    /// <summary>Folder of the SQLite store, created where missing; relative to the working directory. Default <c>data/retrieval</c>.</summary>
    [Required]
    public string Folder { get; set; } = Path.Combine("data", "retrieval");

    /// <summary>Npgsql's connection string for the PostgreSQL store; required there. Default empty.</summary>
    public string ConnectionString { get; set; } = "";

    /// <summary>PostgreSQL schema that holds the store's tables, 1 to 48 of a-z, 0-9 and _. Default <c>iclmesh</c>.</summary>
    [RegularExpression("^[a-z0-9_]{1,48}$")]
    public string Schema { get; set; } = "iclmesh";

    /// <summary>PostgreSQL: gives new collections an HNSW index and searches with it; answers then say that they are not exact. Default false.</summary>
    public bool Approximate { get; set; }

    /// <summary>PostgreSQL: candidates that an HNSW index keeps for a row while it is built, 32 to 1,000; new collections only. Default 200.</summary>
    [Range(32, 1_000)]
    public int BuildWidth { get; set; } = 200;

    /// <summary>PostgreSQL: candidates that an HNSW search keeps, 1 to 1,000. Default 160.</summary>
    [Range(1, 1_000)]
    public int SearchWidth { get; set; } = 160;

    /// <summary>PostgreSQL: rows that one HNSW search visits at most while it looks for more that pass a filter, 1 or more. Default 20,000.</summary>
    [Range(1, int.MaxValue)]
    public int MaxScanRows { get; set; } = 20_000;

    /// <summary>PostgreSQL: answers exactly where a filter starved the HNSW index. Default true.</summary>
    public bool ExactWhenStarved { get; set; } = true;

    /// <summary>PostgreSQL: one in so many HNSW searches is repeated exactly in the background to estimate the recall, 0 to 1,000,000; 0 is none. Default 100.</summary>
    [Range(0, 1_000_000)]
    public int RecallSampleInterval { get; set; } = 100;

    /// <summary>SQLite: most threads that one scan uses, 0 to 256; 0 is one per processor. Default 0.</summary>
    [Range(0, 256)]
    public int ScanThreads { get; set; }

    /// <summary>SQLite: most searches that run at a time, 0 to 256; 0 is one per processor. Up to 1,024 more wait. Default 0.</summary>
    [Range(0, 256)]
    public int ConcurrentSearches { get; set; }

    /// <summary>SQLite: most collections that stay open while nobody uses them, 1 to 10,000; each holds 8 to 14 files open. Default 32.</summary>
    [Range(1, 10_000)]
    public int OpenCollections { get; set; } = 32;

    /// <summary>Most memory in MiB that searches, batches and audits may take together, 0 to 1,048,576; 0 is a quarter of what the process may use. Default 0.</summary>
    [Range(0, 1 << 20)]
    public int MaxSearchMebibytes { get; set; }

    /// <summary>Most demonstrations of one upsert batch and most ids of one deletion: 1 to 100,000. Default 10,000.</summary>
    [Range(1, 100_000)]
    public int MaxBatch { get; set; } = 10_000;

    /// <summary>Most items of one page and most ids of one get: 1 to 10,000. Default 1,000.</summary>
    [Range(1, 10_000)]
    public int MaxPageSize { get; set; } = 1_000;

    /// <summary>Most demonstrations that a search may return: 1 to 10,000. Default 1,000.</summary>
    [Range(1, 10_000)]
    public int MaxHits { get; set; } = 1_000;
}

[OptionsValidator]
internal sealed partial class RetrievalOptionsValidator : IValidateOptions<RetrievalOptions>;
