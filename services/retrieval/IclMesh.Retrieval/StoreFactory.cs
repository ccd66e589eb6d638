using IclMesh.Retrieval.Core;
using IclMesh.Retrieval.Core.Postgres;
using IclMesh.Retrieval.Core.Sqlite;

namespace IclMesh.Retrieval;

/// <summary>Opens the store that the configuration names.</summary>
internal static class StoreFactory
{
    /// <summary>Opens a store.</summary>
    /// <param name="options">The settings.</param>
    /// <param name="clock">Tells the time.</param>
    public static IDemonstrationStore Open(RetrievalOptions options, TimeProvider clock) => options.Store switch
    {
        PostgresDemonstrationStore.StoreName => PostgresDemonstrationStore.Open(
            new(options.ConnectionString)
            {
                Schema = options.Schema,
                Approximate = options.Approximate,
                SearchWidth = options.SearchWidth,
            },
            clock),
        _ => SqliteDemonstrationStore.Open(
            new(options.Folder)
            {
                ScanThreads = options.ScanThreads == 0 ? Environment.ProcessorCount : options.ScanThreads,
            },
            clock),
    };
}
