using System.Numerics;

namespace IclMesh.Retrieval.Core.Exact;

/// <summary>A set of slots (row numbers of the vector file), one bit each; its members never change.</summary>
/// <param name="words">64 slots a word, lowest bit first; slots beyond the end are not in the set.</param>
internal sealed class SlotSet(ulong[] words)
{
    /// <summary>Slots of one word.</summary>
    public const int WordSlots = 64;

    // One member in 32 slots: beyond it going through the bits is the faster way.
    private const int SparseSlots = 32;

    private GatheredRows? gathered;

    /// <summary>Nothing.</summary>
    public static SlotSet Empty { get; } = new([]);

    /// <summary>The bits, 64 slots a word.</summary>
    public ReadOnlySpan<ulong> Words => words;

    /// <summary>The members in ascending order where they are few among the slots; otherwise null.</summary>
    public int[]? Sparse { get; } = Count(words) * SparseSlots > (long)words.Length * WordSlots ? null : [.. Members(words)];

    /// <summary>Copies of the members' codes and facts, which a scan reads instead; null where there are none.</summary>
    public GatheredRows? Gathered { get => Volatile.Read(ref gathered); set => Volatile.Write(ref gathered, value); }

    /// <summary>True for a member.</summary>
    /// <param name="slot">A slot, 0 or more.</param>
    public bool Contains(int slot) => slot >> 6 < words.Length && (words[slot >> 6] >> slot & 1) != 0;

    /// <summary>The slots of one word that are not in this set, lowest bit first.</summary>
    /// <param name="start">First slot of the word, a multiple of 64.</param>
    /// <param name="end">Slots from here on do not count.</param>
    /// <param name="allowed">Only slots of this set count; null for all.</param>
    public ulong Complement(int start, int end, SlotSet? allowed)
    {
        var word = start >> 6;
        var members = end - start >= 64 ? ulong.MaxValue : (1UL << (end - start)) - 1;
        if (allowed is not null)
        {
            members &= word < allowed.Words.Length ? allowed.Words[word] : 0;
        }

        return word < words.Length ? members & ~words[word] : members;
    }

    /// <summary>Number of members.</summary>
    public long Count() => Count(words);

    /// <summary>The members, in ascending order.</summary>
    public IEnumerable<int> Members() => Members(words);

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

    private static long Count(ulong[] words)
    {
        var count = 0L;
        foreach (var word in words)
        {
            count += BitOperations.PopCount(word);
        }

        return count;
    }

    private static IEnumerable<int> Members(ulong[] words)
    {
        for (var word = 0; word < words.Length; word++)
        {
            for (var members = words[word]; members != 0; members &= members - 1)
            {
                yield return (word * WordSlots) + BitOperations.TrailingZeroCount(members);
            }
        }
    }
}
