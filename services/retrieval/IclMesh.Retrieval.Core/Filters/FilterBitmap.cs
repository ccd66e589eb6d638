namespace IclMesh.Retrieval.Core.Filters;

/// <summary>Evaluates a filter for all slots at once.</summary>
internal static class FilterBitmap
{
    /// <summary>A bit a slot: whether it passes. Bits of dead slots mean nothing.</summary>
    /// <param name="node">The filter.</param>
    /// <param name="slots">Number of slots.</param>
    /// <param name="column">The column of a field, covering all slots.</param>
    public static ulong[] Evaluate(FilterNode node, int slots, Func<FilterField, FilterColumn> column)
    {
        var words = new ulong[(slots + 63) / 64];
        switch (node)
        {
            case FilterNode.All all:
                Array.Fill(words, ulong.MaxValue);
                foreach (var part in all.Parts)
                {
                    Combine(words, Evaluate(part, slots, column), static (x, y) => x & y);
                }

                break;
            case FilterNode.Any any:
                foreach (var part in any.Parts)
                {
                    Combine(words, Evaluate(part, slots, column), static (x, y) => x | y);
                }

                break;
            case FilterNode.Not not:
                Combine(words, Evaluate(not.Part, slots, column), static (_, y) => ~y);
                break;
            case FilterNode.Test test:
                column(test.Field).Mark(test, words);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(node), node, "unknown part of a filter");
        }

        return words;
    }

    private static void Combine(ulong[] words, ulong[] others, Func<ulong, ulong, ulong> combine)
    {
        for (var i = 0; i < words.Length; i++)
        {
            words[i] = combine(words[i], others[i]);
        }
    }
}
