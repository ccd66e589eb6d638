using System.Globalization;
using System.Text;

namespace IclMesh.Inference.Text.Normalization;

/// <summary>The normalizer <c>Precompiled</c> of tokenizer.json: SentencePiece's table, applied as the tokenizers library applies it.</summary>
/// <remarks>
/// Source: <c>normalizers/precompiled.rs</c>. It goes by grapheme clusters: one of less than six bytes is replaced as a whole by the shortest
/// entry that it begins with, any other character by character. SentencePiece itself takes the longest entry at each place.
/// </remarks>
internal static class PrecompiledNormalizer
{
    private const int LongestWhole = 5;

    public static TextNormalizer Create(PrecompiledMap map) => text =>
    {
        var output = new List<(Rune Character, int Change)>(text.Text.Length);
        var isModified = false;
        Span<byte> utf8 = stackalloc byte[LongestWhole + 3];
        Span<char> units = stackalloc char[2];
        for (int start = 0, length; start < text.Text.Length; start += length)
        {
            var rest = text.Text.AsSpan(start);
            length = StringInfo.GetNextTextElementLength(rest);
            var cluster = rest[..length];
            var bytes = cluster.Length <= LongestWhole ? Encoding.UTF8.GetByteCount(cluster) : int.MaxValue;
            if (bytes <= LongestWhole && map.TryShortest(utf8[..Encoding.UTF8.GetBytes(cluster, utf8)], out _, out var whole))
            {
                Put(cluster, whole);
                continue;
            }

            foreach (var rune in cluster.EnumerateRunes())
            {
                if (map.TryShortest(utf8[..rune.EncodeToUtf8(utf8)], out _, out var replacement))
                {
                    Put(units[..rune.EncodeToUtf16(units)], replacement);
                }
                else
                {
                    output.Add((rune, 0));
                }
            }
        }

        return isModified ? text.Rewrite(output) : text;

        void Put(ReadOnlySpan<char> old, string replacement)
        {
            isModified = true;
            int oldCount = 0, newCount = 0;
            foreach (var _ in old.EnumerateRunes())
            {
                oldCount++;
            }

            foreach (var rune in replacement.EnumerateRunes())
            {
                output.Add((rune, newCount++ < oldCount ? 0 : 1));
            }

            if (newCount < oldCount && output.Count > 0)
            {
                output[^1] = (output[^1].Character, output[^1].Change + newCount - oldCount);
            }
        }
    };
}
