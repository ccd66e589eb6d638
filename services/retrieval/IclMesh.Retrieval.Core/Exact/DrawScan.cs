using System.Numerics;
using IclMesh.Retrieval.Core.Selection;

namespace IclMesh.Retrieval.Core.Exact;

/// <summary>Draws rows by <see cref="SeededDraw"/> from the hashes that lie beside the vectors.</summary>
internal static unsafe class DrawScan
{
    /// <summary>The rows with the smallest keys, in no order; rows that tie with the last one are there as well.</summary>
    /// <param name="table">The vectors.</param>
    /// <param name="slots">Rows to look at: [0, slots).</param>
    /// <param name="dead">Rows to leave out.</param>
    /// <param name="allowed">Rows to look at; null for all.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="limit">How many to draw, 1 or more.</param>
    /// <param name="cancellationToken">Stops the draw.</param>
    public static List<(ulong Key, int Slot)> Smallest(
        VectorTable table, int slots, SlotSet dead, SlotSet? allowed, ulong seed, int limit, CancellationToken cancellationToken)
    {
        // The greatest of the smallest comes out first: its key is the complement.
        var smallest = new PriorityQueue<int, ulong>();
        var drawn = new List<(ulong Key, int Slot)>();
        var last = ulong.MaxValue;
        for (var start = 0; start < slots; start += SlotSet.WordSlots)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var members = dead.Complement(start, slots, allowed);
            if (members == 0)
            {
                continue;
            }

            table.Prove(start);
            var facts = table.Facts(start);
            for (; members != 0; members &= members - 1)
            {
                var bit = BitOperations.TrailingZeroCount(members);
                var key = SeededDraw.Key(facts[bit].IdHash, seed);
                if (key > last)
                {
                    continue;
                }

                drawn.Add((key, start + bit));
                smallest.Enqueue(start + bit, ~key);
                if (smallest.Count > limit)
                {
                    smallest.Dequeue();
                }

                if (smallest.Count == limit)
                {
                    smallest.TryPeek(out _, out var complement);
                    last = ~complement;
                }
            }
        }

        drawn.RemoveAll(draw => draw.Key > last);
        return drawn;
    }
}
