using IclMesh.Inference.Text.Normalization;
using IclMesh.Inference.Text.Patterns;

namespace IclMesh.Inference.Text.Splitting;

/// <summary>Writes blanks as a visible mark and lets every mark begin a piece, as SentencePiece does.</summary>
internal static class MetaspaceSplitter
{
    public static TextSplitter Create(string mark, PrefixScheme scheme, bool split)
    {
        var markBlanks = Normalizers.Replace(TextPattern.Literal(" "), mark);
        var splitAtMarks = Splitters.Pattern(TextPattern.Literal(mark), SplitBehavior.MergedWithNext);
        return text => text.Rewrite(piece =>
        {
            var marked = markBlanks(piece);
            var wanted = scheme == PrefixScheme.Always || (scheme == PrefixScheme.First && marked.StartsTheText);
            if (wanted && !marked.Text.StartsWith(mark, StringComparison.Ordinal))
            {
                marked = Normalizers.Prepend(marked, mark);
            }

            var whole = SplitText.Whole(marked);
            return split ? splitAtMarks(whole) : whole;
        });
    }
}
