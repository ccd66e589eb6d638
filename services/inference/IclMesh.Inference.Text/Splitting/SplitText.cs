using IclMesh.Inference.Text.Alignment;

namespace IclMesh.Inference.Text.Splitting;

/// <summary>A text and the pieces of it that are tokenized one by one.</summary>
/// <param name="Text">The text.</param>
/// <param name="Pieces">Ranges of it, in order; none is empty.</param>
internal sealed record SplitText(AlignedText Text, IReadOnlyList<(int Start, int Length)> Pieces)
{
    /// <summary>The whole text as one piece.</summary>
    public static SplitText Whole(AlignedText text) => new(text, text.Text.Length == 0 ? [] : [(0, text.Text.Length)]);

    /// <summary>Rewrites and splits every piece for itself.</summary>
    public SplitText Rewrite(Func<AlignedText, SplitText> rewrite)
    {
        if (Pieces.Count == 1)
        {
            return rewrite(Text.Slice(Pieces[0].Start, Pieces[0].Length));
        }

        var parts = Pieces.Select(piece => rewrite(Text.Slice(piece.Start, piece.Length))).ToList();
        var pieces = new List<(int Start, int Length)>();
        var offset = 0;
        foreach (var part in parts)
        {
            pieces.AddRange(part.Pieces.Select(piece => (offset + piece.Start, piece.Length)));
            offset += part.Text.Text.Length;
        }

        return new(AlignedText.Join([.. parts.Select(part => part.Text)]), pieces);
    }
}
