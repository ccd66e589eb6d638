using IclMesh.Retrieval.Core.Collections;
using IclMesh.Retrieval.Core.Exact;
using IclMesh.Retrieval.Core.Selection;

namespace IclMesh.Bench.Retrieval;

/// <summary>A vector table in a temporary folder.</summary>
internal sealed class BenchTable : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("iclmesh-bench-");

    /// <summary>Writes a table.</summary>
    /// <param name="values">Vectors, [rows, dimension].</param>
    /// <param name="dimension">Components of each.</param>
    public BenchTable(float[] values, int dimension)
    {
        Rows = values.Length / dimension;
        Table = VectorTable.Create(Folder, 1, new(dimension, VectorMetric.Cosine, TextIndex: false, new("bench", "1")));
        const int Batch = 8192;
        for (var first = 0; first < Rows; first += Batch)
        {
            var count = Math.Min(Batch, Rows - first);
            var hashes = Enumerable.Range(first, count).Select(i => SeededDraw.Hash($"{i}")).ToArray();
            Table.Write(first, values.AsSpan(first * dimension, count * dimension), hashes);
        }
    }

    /// <summary>Where its files lie.</summary>
    public string Folder => folder.FullName;

    /// <summary>Number of vectors.</summary>
    public int Rows { get; }

    /// <summary>The table.</summary>
    public VectorTable Table { get; }

    /// <summary>Searches for the ten nearest of each query.</summary>
    /// <param name="queries">Vectors, [n, dimension].</param>
    /// <param name="first">First query.</param>
    /// <param name="count">Number of queries.</param>
    /// <param name="threads">Most threads.</param>
    /// <param name="allowed">Rows to look at; null for all.</param>
    public ExactAnswer[] Search(float[] queries, int first, int count, int threads, SlotSet? allowed = null)
    {
        var total = queries.Length / Table.Dimension;
        ScanQuery[] scanned = [.. Enumerable.Range(first, count).Select(i => new ScanQuery(
            VectorMetric.Cosine, queries.AsMemory(i % total * Table.Dimension, Table.Dimension), 10))];
        return ExactSearch.Search(Table, Rows, SlotSet.Empty, allowed, scanned, threads, CancellationToken.None);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Table.Release();
        folder.Delete(recursive: true);
    }
}
