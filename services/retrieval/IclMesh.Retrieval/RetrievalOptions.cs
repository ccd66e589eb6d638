using System.ComponentModel.DataAnnotations;
using IclMesh.Retrieval.Core.Sqlite;
using Microsoft.Extensions.Options;

namespace IclMesh.Retrieval;

/// <summary>Settings of the retrieval service; configuration section <c>Retrieval</c>.</summary>
public sealed class RetrievalOptions
{
    /// <summary>Name of the configuration section.</summary>
    public const string Section = "Retrieval";

    /// <summary>Which store to use: <c>sqlite</c>. Default <c>sqlite</c>.</summary>
    [AllowedValues(SqliteDemonstrationStore.StoreName)]
    public string Store { get; set; } = SqliteDemonstrationStore.StoreName;

    /// <summary>Folder of the SQLite store, created where missing; relative to the working directory. Default <c>data/retrieval</c>.</summary>
    [Required]
    public string Folder { get; set; } = Path.Combine("data", "retrieval");

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
