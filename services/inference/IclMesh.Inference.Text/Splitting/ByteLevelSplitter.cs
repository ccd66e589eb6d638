using System.Runtime.InteropServices;
using System.Text;
using IclMesh.Inference.Text.Alignment;
using IclMesh.Inference.Text.Normalization;

namespace IclMesh.Inference.Text.Splitting;

/// <summary>Splits into words and writes each of their UTF-8 bytes as one visible character.</summary>
internal static class ByteLevelSplitter
{
    public static TextSplitter Create(bool addPrefixSpace, bool useExpression)
    {
        var words = useExpression ? Splitters.Gpt2Words() : text => text;
        return text => ToBytes(words(addPrefixSpace ? text.Rewrite(WithPrefix) : text));
    }

    private static SplitText WithPrefix(AlignedText piece) =>
        SplitText.Whole(piece.Text[0] == ' ' ? piece : Normalizers.Prepend(piece, " "));

    private static SplitText ToBytes(SplitText text)
    {
        var source = text.Text.Text;
        var spelled = new StringBuilder(source.Length);
        var sources = new List<int>(source.Length);
        var pieces = new List<(int Start, int Length)>(text.Pieces.Count);
        Span<byte> utf8 = stackalloc byte[4];
        foreach (var (start, length) in text.Pieces)
        {
            var pieceStart = spelled.Length;
            var position = start;
            foreach (var rune in source.AsSpan(start, length).EnumerateRunes())
            {
                var count = rune.EncodeToUtf8(utf8);
                for (var i = 0; i < count; i++)
                {
                    spelled.Append(ByteAlphabet.Spell(utf8[i]));
                    sources.Add(position);
                }

                position += rune.Utf16SequenceLength;
            }

            pieces.Add((pieceStart, spelled.Length - pieceStart));
        }

        return new(text.Text.Derive(spelled.ToString(), CollectionsMarshal.AsSpan(sources)), pieces);
    }
}
