using IclMesh.Retrieval.Core;
using IclMesh.Retrieval.Core.Postgres;
using IclMesh.Retrieval.Core.Sqlite;

namespace IclMesh.Retrieval;

/// <summary>Opens the store that the configuration names.</summary>
internal static partial class StoreFactory
{
    /// <summary>Opens a store.</summary>
    /// <param name="options">The settings.</param>
    /// <param name="clock">Tells the time.</param>
    /// <param name="logger">Hears of background work that failed.</param>
    public static IDemonstrationStore Open(RetrievalOptions options, TimeProvider clock, ILogger logger) => options.Store switch
    {
        PostgresDemonstrationStore.StoreName => PostgresDemonstrationStore.Open(
            new(options.ConnectionString)
            {
                Schema = options.Schema,
                Approximate = options.Approximate,
                BuildWidth = options.BuildWidth,
                SearchWidth = options.SearchWidth,
                MaxScanRows = options.MaxScanRows,
                ExactWhenStarved = options.ExactWhenStarved,
                RecallSampleInterval = options.RecallSampleInterval,
                CheckFailed = failure => RecallCheckFailed(logger, failure),
            },
            clock),
        _ => SqliteDemonstrationStore.Open(
            new(options.Folder)
            {
                ScanThreads = options.ScanThreads == 0 ? Environment.ProcessorCount : options.ScanThreads,
                ConcurrentSearches = options.ConcurrentSearches == 0 ? Environment.ProcessorCount : options.ConcurrentSearches,
                OpenCollections = options.OpenCollections,
            },
            clock),
    };

    [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "A search could not be repeated exactly; the recall estimate goes without it")]
    private static partial void RecallCheckFailed(ILogger logger, Exception failure);
}
