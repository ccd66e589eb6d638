using System.Runtime.InteropServices;
using System.Text;
using IclMesh.Inference.Text.Alignment;
using IclMesh.Inference.Text.Normalization;

namespace IclMesh.Inference.Text.SentencePiece;

/// <summary>What SentencePiece does to a text before it is split: replacements, white space, word marks.</summary>
/// <remarks>
/// Source: <c>Normalizer::Normalize</c>, <c>normalizer.cc</c>. A character's range reaches up to the next one that is kept, as there. The
/// normalizer of Microsoft.ML.Tokenizers gives no ranges and leaves out the table for byte-pair models.
/// </remarks>
/// <param name="settings">The model's settings.</param>
/// <param name="map">Replacements; null for none.</param>
/// <param name="symbols">Pieces that are kept as they are written.</param>
/// <param name="isSuffix">Word marks stand behind words.</param>
internal sealed class SentencePieceNormalizer(NormalizerSettings settings, PrecompiledMap? map, LiteralSet symbols, bool isSuffix)
{
    private const char Mark = '\u2581';

    public AlignedText Normalize(AlignedText text)
    {
        var source = text.Text;
        var output = new StringBuilder(source.Length + 1);
        var starts = new List<int>(source.Length + 2);
        var position = settings.RemovesExtraWhiteSpace ? Leading(source) : 0;
        if (position == source.Length)
        {
            return text.Respan("", [source.Length]);
        }

        var blank = settings.EscapesWhiteSpace ? Mark : ' ';
        var marks = settings.AddsDummyPrefix && !text.Continues;
        if (marks && !isSuffix)
        {
            Add(blank);
        }

        var isBehindBlank = settings.RemovesExtraWhiteSpace;
        while (position < source.Length)
        {
            var (length, replacement) = Next(source, position);
            var kept = isBehindBlank ? replacement.TrimStart(' ') : replacement;
            foreach (var unit in kept)
            {
                Add(unit == ' ' ? blank : unit);
            }

            isBehindBlank = settings.RemovesExtraWhiteSpace && (kept.Length > 0 ? kept[^1] == ' ' : isBehindBlank);
            position += length;
        }

        var end = source.Length;
        while (settings.RemovesExtraWhiteSpace && output.Length > 0 && output[^1] == blank)
        {
            end = starts[^1];
            output.Length--;
            starts.RemoveAt(starts.Count - 1);
        }

        position = end;
        if (marks && isSuffix)
        {
            Add(blank);
        }

        starts.Add(end);
        return text.Respan(output.ToString(), CollectionsMarshal.AsSpan(starts));

        void Add(char unit)
        {
            output.Append(unit);
            starts.Add(position);
        }
    }

    private int Leading(string source)
    {
        var position = 0;
        while (position < source.Length && Next(source, position) is (var length, " "))
        {
            position += length;
        }

        return position;
    }

    /// <summary>How many units of the source are taken at a place, and what becomes of them.</summary>
    private (int Length, string Replacement) Next(string source, int position)
    {
        if (symbols.LongestAt(source, position) is { } symbol)
        {
            return (symbol.Length, symbol);
        }

        // No entry is longer than this.
        const int Longest = 64;
        Rune.DecodeFromUtf16(source.AsSpan(position), out var rune, out var units);
        if (map is null)
        {
            return (units, source.Substring(position, units));
        }

        Span<byte> utf8 = stackalloc byte[Longest * 4];
        Encoding.UTF8.TryGetBytes(source.AsSpan(position, Math.Min(Longest, source.Length - position)), utf8, out var count);
        return map.TryLongest(utf8[..count], out var length, out var replacement)
            ? (Encoding.UTF8.GetCharCount(utf8[..length]), replacement)
            : (units, rune.ToString());
    }
}
