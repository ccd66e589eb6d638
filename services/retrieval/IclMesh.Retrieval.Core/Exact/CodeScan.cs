using System.Numerics;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using IclMesh.Retrieval.Core.Collections;

namespace IclMesh.Retrieval.Core.Exact;

/// <summary>Goes through the codes of a part of a table, for several queries at once, and keeps what may win.</summary>
/// <typeparam name="TKernel">How codes are multiplied.</typeparam>
/// <param name="table">The vectors.</param>
/// <param name="dead">Rows to leave out.</param>
/// <param name="allowed">Rows to look at; null for all.</param>
/// <param name="metric">How vectors are compared.</param>
/// <param name="queries">The queries.</param>
internal sealed unsafe class CodeScan<TKernel>(
    VectorTable table, SlotSet dead, SlotSet? allowed, VectorMetric metric, IReadOnlyList<ScanQuery> queries)
    where TKernel : struct, ICodeKernel
{
    private const int TileRows = 64;
    private const int RowGroup = 8;
    private const int CacheLine = 64;
    private const int TilesPerCancellationCheck = 64;

    private readonly float rounding = (float)Quantizer.Rounding(table.Dimension);
    private readonly Survivors[] survivors = [.. queries.Select(query => new Survivors(query.Limit))];

    /// <summary>What each query's scan kept.</summary>
    public IReadOnlyList<Survivors> Survivors => survivors;

    /// <summary>Rows that were compared with each query.</summary>
    public long Visited { get; private set; }

    /// <summary>Scans [first, end).</summary>
    /// <param name="first">First slot, a multiple of 64.</param>
    /// <param name="end">Slot after the last.</param>
    /// <param name="cancellationToken">Stops the scan.</param>
    public void Run(int first, int end, CancellationToken cancellationToken)
    {
        Tile tile;
        tile.Rows = 0;
        for (var start = first; start < end; start += TileRows)
        {
            if (start / TileRows % TilesPerCancellationCheck == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }

            var members = dead.Complement(start, end, allowed);
            var count = BitOperations.PopCount(members);
            if (count == 0)
            {
                continue;
            }

            if (tile.Rows + count > TileRows)
            {
                Flush(&tile);
            }

            Visited += count;
            Gather(start, members, &tile, prefetch: count < TileRows / 2);
        }

        Flush(&tile);
    }

    /// <summary>Compares what was gathered and starts anew.</summary>
    private void Flush(Tile* tile)
    {
        var padded = tile->Rows;
        if (padded == 0)
        {
            return;
        }

        for (; padded % RowGroup != 0; padded++)
        {
            // Kernels and vectors want full groups: the last row again, ignored later.
            tile->Codes[padded] = tile->Codes[padded - 1];
        }

        Compare(tile, padded);
        tile->Rows = 0;
    }

    /// <summary>Adds addresses and facts of the members of 64 slots, the facts by column.</summary>
    private void Gather(int start, ulong members, Tile* tile, bool prefetch)
    {
        // Mappings hold multiples of 64 rows, so these lie side by side.
        var codes = table.Codes(start);
        var facts = table.Facts(start);
        var length = table.CodeBytes;
        var count = tile->Rows;
        for (; members != 0; members &= members - 1)
        {
            var bit = BitOperations.TrailingZeroCount(members);
            ref readonly var row = ref facts[bit];
            var half = metric == VectorMetric.Euclidean ? row.Norm * row.Norm * 0.5f : 0;
            tile->Codes[count] = (nint)(codes + (nint)bit * length);
            tile->Scale[count] = row.Scale;
            tile->CodeNorm[count] = row.CodeNorm;
            tile->Residual[count] = row.Residual;
            tile->Offset[count] = -half;
            tile->OffsetError[count] = half * 2 * rounding;
            tile->Slot[count] = start + bit;
            if (prefetch && Sse.IsSupported)
            {
                // Scattered rows are not foreseen by the processor: all of a tile are on their way before the first is used.
                for (var line = 0; line < length; line += CacheLine)
                {
                    Sse.Prefetch0((byte*)tile->Codes[count] + line);
                }
            }

            count++;
        }

        tile->Rows = count;
    }

    private void Compare(Tile* tile, int padded)
    {
        var first = stackalloc int[TileRows];
        var second = stackalloc int[TileRows];
        var rows = (byte**)tile->Codes;
        var q = 0;
        for (; q + 1 < queries.Count; q += 2)
        {
            fixed (sbyte* x = queries[q].Codes, y = queries[q + 1].Codes)
            {
                TKernel.Dots(rows, padded, table.CodeBytes, x, y, first, second);
            }

            Keep(tile, first, queries[q], survivors[q]);
            Keep(tile, second, queries[q + 1], survivors[q + 1]);
        }

        if (q < queries.Count)
        {
            fixed (sbyte* x = queries[q].Codes)
            {
                TKernel.Dots(rows, padded, table.CodeBytes, x, first);
            }

            Keep(tile, first, queries[q], survivors[q]);
        }
    }

    private static void Keep(Tile* tile, int* dots, ScanQuery query, Survivors kept)
    {
        var scale = Vector256.Create(query.Scale);
        var residual = Vector256.Create(query.Residual);
        var norm = Vector256.Create(query.ScaledNorm);
        var slack = Vector256.Create(query.Slack);
        var correction = Vector256.Create(query.BiasCorrection);
        for (var i = 0; i < tile->Rows; i += 8)
        {
            var products = Vector256.ConvertToSingle(Vector256.Load(dots + i) - correction);
            var value = (products * (Vector256.Load(tile->Scale + i) * scale)) + Vector256.Load(tile->Offset + i);
            var error = (Vector256.Load(tile->CodeNorm + i) * residual) + (Vector256.Load(tile->Residual + i) * norm)
                + Vector256.Load(tile->OffsetError + i) + slack;
            var hits = Vector256.GreaterThanOrEqual(value + error, Vector256.Create(kept.Threshold)).ExtractMostSignificantBits();
            for (; hits != 0; hits &= hits - 1)
            {
                var lane = BitOperations.TrailingZeroCount(hits);
                if (i + lane < tile->Rows && value[lane] + error[lane] >= kept.Threshold)
                {
                    kept.Add(tile->Slot[i + lane], value[lane] - error[lane], value[lane] + error[lane]);
                }
            }
        }
    }

    private struct Tile
    {
        public fixed long Codes[TileRows];
        public fixed float Scale[TileRows];
        public fixed float CodeNorm[TileRows];
        public fixed float Residual[TileRows];
        public fixed float Offset[TileRows];
        public fixed float OffsetError[TileRows];
        public fixed int Slot[TileRows];
        public int Rows;
    }
}
