using System.Numerics;

namespace IclMesh.Retrieval.Core.Exact;

/// <summary>An immutable set of slots (row numbers of the vector file), one bit each.</summary>
/// <param name="words">64 slots a word, lowest bit first; slots beyond the end are not in the set.</param>
internal sealed class SlotSet(ulong[] words)
{
    /// <summary>Nothing.</summary>
    public static SlotSet Empty { get; } = new([]);

    /// <summary>The bits, 64 slots a word.</summary>
    public ReadOnlySpan<ulong> Words => words;

    /// <summary>True for a member.</summary>
    /// <param name="slot">A slot, 0 or more.</param>
    public bool Contains(int slot) => slot >> 6 < words.Length && (words[slot >> 6] >> slot & 1) != 0;

    /// <summary>Number of members.</summary>
    public long Count()
    {
        var count = 0L;
        foreach (var word in words)
        {
            count += BitOperations.PopCount(word);
        }

        return count;
    }

    /// <summary>This set and some more members.</summary>
    /// <param name="slots">Slots to add.</param>
    public SlotSet With(IReadOnlyCollection<int> slots)
    {
        if (slots.Count == 0)
        {
            return this;
        }

        var copy = new ulong[Math.Max(words.Length, (slots.Max() >> 6) + 1)];
        words.CopyTo(copy, 0);
        foreach (var slot in slots)
        {
            copy[slot >> 6] |= 1UL << slot;
        }

        return new(copy);
    }
}
