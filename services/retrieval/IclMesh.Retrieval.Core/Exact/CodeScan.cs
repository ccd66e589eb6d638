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
    private const int TileRows = ScanTile.Capacity;
    private const int RowGroup = 8;

    // Two such tiles of 384 codes and their facts fit into a first-level cache of 32 KB with room to spare; two of 64 rows evict each other.
    private const int SparseTileRows = 24;
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
        // Two tiles: while one is compared the rows of the other are on their way from memory.
        ScanTile one, two;
        one.Rows = two.Rows = 0;
        one.Scattered = two.Scattered = false;
        ScanTile* filling = &one, filled = &two;
        var wanted = allowed is null ? [] : allowed.Words;
        for (var start = first; start < end; start += TileRows)
        {
            if (start / TileRows % TilesPerCancellationCheck == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }

            if (allowed is not null && (start >> 6 >= wanted.Length || wanted[start >> 6] == 0))
            {
                continue;
            }

            var members = dead.Complement(start, end, allowed);
            if (members == 0)
            {
                continue;
            }

            var count = BitOperations.PopCount(members);
            if (filling->Rows + count > TileRows)
            {
                Compare(filled, filling);
                var full = filling;
                filling = filled;
                filled = full;
                filling->Rows = 0;
                filling->Scattered = false;
            }

            Visited += count;
            filling->Scattered |= count < TileRows / 2;
            Collect(start, members, filling);
        }

        Compare(filled, filling);
        filled->Rows = 0;
        Compare(filling, filled);
    }

    /// <summary>Scans a few rows below a slot instead.</summary>
    /// <param name="slots">The rows to look at, ascending.</param>
    /// <param name="end">Slot after the last.</param>
    /// <param name="cancellationToken">Stops the scan.</param>
    public void Run(ReadOnlySpan<int> slots, int end, CancellationToken cancellationToken)
    {
        ScanTile one, two;
        one.Rows = two.Rows = 0;
        one.Scattered = two.Scattered = true;
        ScanTile* filling = &one, filled = &two;
        foreach (var slot in slots)
        {
            if (slot >= end)
            {
                break;
            }

            if (dead.Contains(slot))
            {
                continue;
            }

            if (filling->Rows == SparseTileRows)
            {
                cancellationToken.ThrowIfCancellationRequested();
                Compare(filled, filling);
                var full = filling;
                filling = filled;
                filled = full;
                filling->Rows = 0;
            }

            table.Prove(slot & -SlotSet.WordSlots);
            table.Locate(slot, out var codes, out var facts);
            var row = filling->Rows++;
            filling->Codes[row] = (nint)codes;
            filling->Facts[row] = (nint)facts;
            filling->Slot[row] = slot;
            if (Sse.IsSupported)
            {
                Sse.Prefetch0(facts);
            }

            Visited++;
        }

        Compare(filled, filling);
        filled->Rows = 0;
        Compare(filling, filled);
    }

    /// <summary>Scans copied rows below a slot instead.</summary>
    /// <param name="rows">Copies of the rows to look at.</param>
    /// <param name="end">Slot after the last.</param>
    /// <param name="cancellationToken">Stops the scan.</param>
    public void Run(GatheredRows rows, int end, CancellationToken cancellationToken)
    {
        ScanTile tile, none;
        tile.Rows = none.Rows = 0;
        tile.Scattered = none.Scattered = false;
        for (var place = 0; place < rows.Count && rows.Slot(place) < end; place++)
        {
            var slot = rows.Slot(place);
            if (dead.Contains(slot))
            {
                continue;
            }

            tile.Codes[tile.Rows] = (nint)rows.Codes(place);
            tile.Facts[tile.Rows] = (nint)rows.Facts(place);
            tile.Slot[tile.Rows] = slot;
            Visited++;
            if (++tile.Rows == TileRows)
            {
                cancellationToken.ThrowIfCancellationRequested();
                Compare(&tile, &none);
                tile.Rows = 0;
            }
        }

        Compare(&tile, &none);
        GC.KeepAlive(rows);
    }

    /// <summary>Adds the addresses of the members of 64 slots.</summary>
    private void Collect(int start, ulong members, ScanTile* tile)
    {
        // Mappings hold multiples of 64 rows, so these lie side by side.
        table.Prove(start);
        var codes = table.Codes(start);
        var facts = table.Facts(start);
        var length = table.CodeBytes;
        var count = tile->Rows;
        for (; members != 0; members &= members - 1)
        {
            var bit = BitOperations.TrailingZeroCount(members);
            tile->Codes[count] = (nint)(codes + ((nint)bit * length));
            tile->Facts[count] = (nint)(facts + bit);
            if (tile->Scattered && Sse.IsSupported)
            {
                Sse.Prefetch0(facts + bit);
            }

            tile->Slot[count++] = start + bit;
        }

        tile->Rows = count;
    }

    /// <summary>Asks for rows that are compared soon: scattered ones are not foreseen by the processor.</summary>
    private void Prefetch(ScanTile* tile, int first)
    {
        for (var row = first; tile->Scattered && Sse.IsSupported && row < tile->Rows; row++)
        {
            for (var line = 0; line < table.CodeBytes; line += CacheLine)
            {
                Sse.Prefetch0((byte*)tile->Codes[row] + line);
            }
        }
    }

    /// <summary>Reads the facts, by column, and fills up to whole groups of rows, which kernels and vectors want.</summary>
    private int Describe(ScanTile* tile)
    {
        for (var row = 0; row < tile->Rows; row++)
        {
            ref readonly var facts = ref *(RowFacts*)tile->Facts[row];
            var half = metric == VectorMetric.Euclidean ? facts.Norm * facts.Norm * 0.5f : 0;
            tile->Scale[row] = facts.Scale;
            tile->CodeNorm[row] = facts.CodeNorm;
            tile->Residual[row] = facts.Residual;
            tile->Offset[row] = -half;
            tile->OffsetError[row] = half * 2 * rounding;
        }

        var padded = tile->Rows;
        for (; padded % RowGroup != 0; padded++)
        {
            // The last row again, ignored later.
            tile->Codes[padded] = tile->Codes[padded - 1];
        }

        return padded;
    }

    private void Compare(ScanTile* tile, ScanTile* next)
    {
        if (tile->Rows == 0)
        {
            Prefetch(next, 0);
            return;
        }

        var padded = Describe(tile);
        var first = stackalloc int[TileRows];
        var second = stackalloc int[TileRows];
        var rows = (byte**)tile->Codes;

        // A single query fetches ahead in step with its work; several have work enough to hide all requests at once.
        var ahead = queries.Count == 1 && next->Rows > 0 ? (byte**)next->Codes : null;
        for (var row = next->Rows; ahead is not null && row < padded; row++)
        {
            ahead[row] = ahead[next->Rows - 1];
        }

        Prefetch(next, ahead is null ? 0 : padded);
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
                TKernel.Dots(rows, padded, table.CodeBytes, x, first, ahead);
            }

            Keep(tile, first, queries[q], survivors[q]);
        }
    }

    private static void Keep(ScanTile* tile, int* dots, ScanQuery query, Survivors kept)
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
}
