using System.Runtime.ExceptionServices;

namespace IclMesh.Retrieval.Core.Exact;

/// <summary>
/// Exact search over 8-bit codes: whatever the codes cannot rule out is scored in fp32, so the answer equals that of <see cref="PlainScan"/>,
/// ties included, at a quarter of the memory traffic.
/// </summary>
internal static class ExactSearch
{
    /// <summary>
    /// Rows of fp32 files up to this size are rescored where they lie, which is fastest. Of larger ones copies are taken: with a mapped row that is touched,
    /// Linux makes the whole piece of the page cache around it resident, up to 2 MB.
    /// </summary>
    private const long InPlaceBytes = 256L << 20;

    // Starting a second thread costs some microseconds, a row some nanoseconds.
    private const int RowsPerThread = 16_384;
    private const int PartAlignment = 1024;

    /// <summary>Finds the best rows for several queries in one pass.</summary>
    /// <param name="table">The vectors.</param>
    /// <param name="slots">Rows to look at: [0, slots).</param>
    /// <param name="dead">Rows to leave out.</param>
    /// <param name="allowed">Rows to look at; null for all.</param>
    /// <param name="queries">The queries.</param>
    /// <param name="maxThreads">Most threads to use, 1 or more.</param>
    /// <param name="cancellationToken">Stops the scan.</param>
    public static ExactAnswer[] Search(
        VectorTable table,
        int slots,
        SlotSet dead,
        SlotSet? allowed,
        IReadOnlyList<ScanQuery> queries,
        int maxThreads,
        CancellationToken cancellationToken) => VnniKernel.IsSupported
            ? Search<VnniKernel>(table, slots, dead, allowed, queries, maxThreads, cancellationToken)
            : Avx2Kernel.IsSupported
                ? Search<Avx2Kernel>(table, slots, dead, allowed, queries, maxThreads, cancellationToken)
                : Search<PortableKernel>(table, slots, dead, allowed, queries, maxThreads, cancellationToken);

    /// <summary>The same with a chosen kernel.</summary>
    /// <typeparam name="TKernel">How codes are multiplied.</typeparam>
    /// <param name="table">The vectors.</param>
    /// <param name="slots">Rows to look at: [0, slots).</param>
    /// <param name="dead">Rows to leave out.</param>
    /// <param name="allowed">Rows to look at; null for all.</param>
    /// <param name="queries">The queries.</param>
    /// <param name="maxThreads">Most threads to use, 1 or more.</param>
    /// <param name="cancellationToken">Stops the scan.</param>
    /// <param name="inPlaceBytes">Bytes of fp32 rows up to which they are rescored in place.</param>
    public static ExactAnswer[] Search<TKernel>(
        VectorTable table,
        int slots,
        SlotSet dead,
        SlotSet? allowed,
        IReadOnlyList<ScanQuery> queries,
        int maxThreads,
        CancellationToken cancellationToken,
        long inPlaceBytes = InPlaceBytes)
        where TKernel : struct, ICodeKernel
    {
        var gathered = allowed?.Gathered;
        var sparse = allowed?.Sparse;
        var rows = gathered?.Count ?? sparse?.Length ?? slots;
        var parts = gathered is null ? Math.Clamp(rows / RowsPerThread, 1, maxThreads) : 1;
        var partRows = (rows + parts - 1) / parts;
        partRows = (partRows + PartAlignment - 1) / PartAlignment * PartAlignment;
        var scans = new CodeScan<TKernel>[parts];
        for (var part = 0; part < parts; part++)
        {
            scans[part] = new(table, dead, allowed, table.Metric, queries);
        }

        RunAll(parts, part =>
        {
            var (first, end) = (part * partRows, Math.Min(rows, (part + 1) * partRows));
            if (gathered is not null)
            {
                scans[part].Run(gathered, slots, cancellationToken);
            }
            else if (sparse is not null)
            {
                scans[part].Run(sparse.AsSpan(first, Math.Max(0, end - first)), slots, cancellationToken);
            }
            else
            {
                scans[part].Run(first, end, cancellationToken);
            }
        });

        var inPlace = (long)slots * table.Dimension * sizeof(float) <= inPlaceBytes;
        var answers = new ExactAnswer[queries.Count];
        for (var q = 0; q < queries.Count; q++)
        {
            foreach (var other in scans.Skip(1))
            {
                scans[0].Survivors[q].Merge(other.Survivors[q]);
            }

            answers[q] = Rescore(table, inPlace, queries[q], scans[0].Survivors[q], scans.Sum(scan => scan.Visited));
        }

        return answers;
    }

    /// <summary>Runs the parts side by side; what stops one of them is thrown as it is, not as an aggregate.</summary>
    private static void RunAll(int parts, Action<int> run)
    {
        if (parts == 1)
        {
            run(0);
            return;
        }

        try
        {
            Parallel.For(0, parts, run);
        }
        catch (AggregateException e)
        {
            ExceptionDispatchInfo.Throw(e.InnerExceptions[0]);
        }
    }

    private static ExactAnswer Rescore(VectorTable table, bool inPlace, ScanQuery query, Survivors survivors, long visited)
    {
        var best = new BestSlots(query.Limit);
        var rescored = 0;
        var copy = inPlace ? null : new float[table.Dimension];
        foreach (var (slot, upper) in survivors.Sorted())
        {
            // Sorted by upper bound: nothing that follows can reach the last of the best any more.
            if (upper < query.ScanValue(best.Threshold))
            {
                break;
            }

            var vector = copy is null ? table.Vector(slot) : table.ReadVector(slot, copy);
            best.Offer(slot, query.Score(vector, table.Norm(slot)));
            rescored++;
        }

        return new(best.ToArray(), visited, rescored);
    }
}
