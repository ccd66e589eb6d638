namespace IclMesh.Inference.Text.SentencePiece;

/// <summary>Texts that are looked for at a place, the longest first.</summary>
internal sealed class LiteralSet
{
    private readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> texts;
    private readonly int[] lengths;

    /// <param name="texts">The texts; none is empty.</param>
    public LiteralSet(IEnumerable<string> texts)
    {
        var set = new HashSet<string>(texts, StringComparer.Ordinal);
        this.texts = set.GetAlternateLookup<ReadOnlySpan<char>>();
        lengths = [.. set.Select(text => text.Length).Distinct().OrderDescending()];
    }

    /// <summary>The longest of them that stands at a place of a text; null where none does.</summary>
    public string? LongestAt(ReadOnlySpan<char> text, int position)
    {
        foreach (var length in lengths)
        {
            if (position + length <= text.Length && texts.TryGetValue(text.Slice(position, length), out var found))
            {
                return found;
            }
        }

        return null;
    }
}
