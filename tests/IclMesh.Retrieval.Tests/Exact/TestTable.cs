using IclMesh.Retrieval.Core.Collections;
using IclMesh.Retrieval.Core.Exact;
using IclMesh.Retrieval.Core.Selection;

namespace IclMesh.Retrieval.Tests.Exact;

/// <summary>A vector table in a folder of its own.</summary>
internal sealed class TestTable : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public TestTable(VectorMetric metric, float[][] vectors)
    {
        Count = vectors.Length;
        Table = VectorTable.Create(folder.Path, 1, Given.Schema(vectors[0].Length, metric));
        var hashes = Enumerable.Range(0, vectors.Length).Select(i => SeededDraw.Hash($"d{i}")).ToArray();
        Table.Write(0, vectors.SelectMany(vector => vector).ToArray(), hashes);
    }

    public VectorTable Table { get; }

    public int Count { get; }

    public ExactAnswer Search<TKernel>(float[] query, int limit, SlotSet? dead = null, SlotSet? allowed = null, int threads = 1, long inPlaceBytes = long.MaxValue)
        where TKernel : struct, ICodeKernel =>
        ExactSearch.Search<TKernel>(
            Table, Count, dead ?? SlotSet.Empty, allowed, [new ScanQuery(Table.Metric, query, limit)], threads, TestContext.Current.CancellationToken, inPlaceBytes)[0];

    public ScoredSlot[] Reference(float[] query, int limit, SlotSet? dead = null) =>
        PlainScan.Search(Table, Count, dead ?? SlotSet.Empty, Table.Metric, query, limit, TestContext.Current.CancellationToken);

    public void Dispose()
    {
        Table.Release();
        folder.Dispose();
    }
}
