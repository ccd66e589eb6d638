using System.Numerics;
using System.Runtime.Intrinsics;
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
        var tile = default(Tile);
        for (var start = first; start < end; start += TileRows)
        {
            if (start / TileRows % TilesPerCancellationCheck == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }

            var members = dead.Complement(start, end, allowed);
            if (members != 0)
            {
                Gather(start, members, &tile);
                Visited += tile.Rows;
                Compare(&tile);
            }
        }
    }

    /// <summary>Collects the addresses and facts of a tile's members, the facts by column.</summary>
    private void Gather(int start, ulong members, Tile* tile)
    {
        // A tile never crosses a mapping, so its rows lie side by side.
        var codes = table.Codes(start);
        var facts = table.Facts(start);
        var length = table.CodeBytes;
        var count = 0;
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
            count++;
        }

        tile->Rows = count;
        for (; count % 8 != 0; count++)
        {
            // Kernels and vectors want full groups: the last row again, ignored later.
            tile->Codes[count] = tile->Codes[count - 1];
        }

        tile->Padded = count;
    }

    private void Compare(Tile* tile)
    {
        var first = stackalloc int[TileRows];
        var second = stackalloc int[TileRows];
        var rows = (byte**)tile->Codes;
        var q = 0;
        for (; q + 1 < queries.Count; q += 2)
        {
            fixed (sbyte* x = queries[q].Codes, y = queries[q + 1].Codes)
            {
                TKernel.Dots(rows, tile->Padded, table.CodeBytes, x, y, first, second);
            }

            Keep(tile, first, queries[q], survivors[q]);
            Keep(tile, second, queries[q + 1], survivors[q + 1]);
        }

        if (q < queries.Count)
        {
            fixed (sbyte* x = queries[q].Codes)
            {
                TKernel.Dots(rows, tile->Padded, table.CodeBytes, x, first);
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
        public int Padded;
    }
}
