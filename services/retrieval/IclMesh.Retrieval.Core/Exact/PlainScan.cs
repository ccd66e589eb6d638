using IclMesh.Retrieval.Core.Collections;

namespace IclMesh.Retrieval.Core.Exact;

/// <summary>Exact search by scoring every row in fp32: the reference that each faster search must equal.</summary>
internal static class PlainScan
{
    private const int RowsPerCancellationCheck = 1024;

    /// <summary>The best rows of a table.</summary>
    /// <param name="table">The vectors.</param>
    /// <param name="slots">Rows to look at: [0, slots).</param>
    /// <param name="dead">Rows to leave out.</param>
    /// <param name="metric">How vectors are compared.</param>
    /// <param name="query">The query, [D].</param>
    /// <param name="limit">How many to return, 1 or more; rows that tie with the last are returned as well.</param>
    /// <param name="cancellationToken">Stops the scan.</param>
    /// <returns>Best first; equal scores in slot order.</returns>
    public static ScoredSlot[] Search(
        VectorTable table,
        int slots,
        SlotSet dead,
        VectorMetric metric,
        ReadOnlySpan<float> query,
        int limit,
        CancellationToken cancellationToken)
    {
        var best = new BestSlots(limit);
        var queryNorm = VectorMath.Norm(query);
        for (var slot = 0; slot < slots; slot++)
        {
            if (slot % RowsPerCancellationCheck == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }

            if (!dead.Contains(slot))
            {
                var row = table.Vector(slot);
                best.Offer(slot, VectorMath.Score(metric, query, queryNorm, row, VectorMath.Norm(row)));
            }
        }

        return best.ToArray();
    }
}
