using System.Runtime.InteropServices;
using IclMesh.Retrieval.Core.Demonstrations;

namespace IclMesh.Retrieval.Core.Filters;

/// <summary>The values of one field by slot, each distinct value stored once. A slot's value never changes, so a column only grows.</summary>
internal sealed class FilterColumn
{
    private const int Missing = 0;

    private readonly Dictionary<MetadataValue, int> codes = [];
    private readonly List<MetadataValue> values = [default];
    private readonly List<int> slots = [];

    /// <summary>Slots that the column knows: [0, Covered).</summary>
    public int Covered => slots.Count;

    /// <summary>Extends the column; new slots have no value.</summary>
    /// <param name="count">The new number of slots.</param>
    public void Cover(int count) => CollectionsMarshal.SetCount(slots, Math.Max(count, slots.Count));

    /// <summary>Sets a slot's value.</summary>
    /// <param name="slot">A covered slot.</param>
    /// <param name="value">Its value.</param>
    public void Set(int slot, MetadataValue value)
    {
        if (!codes.TryGetValue(value, out var code))
        {
            code = values.Count;
            codes.Add(value, code);
            values.Add(value);
        }

        slots[slot] = code;
    }

    /// <summary>Marks the slots whose value passes: the test runs once a distinct value.</summary>
    /// <param name="test">The test.</param>
    /// <param name="words">Receives a bit a slot.</param>
    public void Mark(FilterNode.Test test, Span<ulong> words)
    {
        var accepted = new byte[values.Count];
        for (var code = Missing + 1; code < accepted.Length; code++)
        {
            accepted[code] = test.Accepts(values[code]) ? (byte)1 : (byte)0;
        }

        var all = CollectionsMarshal.AsSpan(slots);
        for (var word = 0; word < words.Length; word++)
        {
            var members = 0UL;
            var part = all.Slice(word * 64, Math.Min(64, all.Length - (word * 64)));
            for (var bit = 0; bit < part.Length; bit++)
            {
                members |= (ulong)accepted[part[bit]] << bit;
            }

            words[word] = members;
        }
    }
}
