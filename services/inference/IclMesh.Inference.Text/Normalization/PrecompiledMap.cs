using System.Buffers.Binary;
using System.Text;

namespace IclMesh.Inference.Text.Normalization;

/// <summary>SentencePiece's table of replacements: a double-array trie over UTF-8, and the texts that its values point to.</summary>
/// <remarks>
/// Source: <c>normalizer.cc</c> of SentencePiece and the <c>spm_precompiled</c> crate. Bytes: length of the trie, the trie as 32-bit units,
/// texts with a zero behind each. Microsoft.ML.Tokenizers reads such tables too, but keeps them, and gives no alignment.
/// </remarks>
internal sealed class PrecompiledMap
{
    private readonly uint[] trie;
    private readonly byte[] texts;

    private PrecompiledMap(uint[] trie, byte[] texts) => (this.trie, this.texts) = (trie, texts);

    /// <summary>Reads a table; null where the bytes are none.</summary>
    public static PrecompiledMap? TryRead(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 4 || BinaryPrimitives.ReadUInt32LittleEndian(bytes) is var length && (length % 4 != 0 || length == 0 || length > bytes.Length - 4))
        {
            return null;
        }

        var trie = new uint[length / 4];
        for (var i = 0; i < trie.Length; i++)
        {
            trie[i] = BinaryPrimitives.ReadUInt32LittleEndian(bytes[(4 + (4 * i))..]);
        }

        var texts = bytes[(4 + (int)length)..].ToArray();
        return System.Text.Unicode.Utf8.IsValid(texts) ? new(trie, texts) : null;
    }

    /// <summary>The shortest entry that a text begins with: how much of the text it takes, and its replacement.</summary>
    public bool TryShortest(ReadOnlySpan<byte> text, out int length, out string replacement) => TryFind(text, isShortest: true, out length, out replacement);

    /// <summary>The longest entry that a text begins with.</summary>
    public bool TryLongest(ReadOnlySpan<byte> text, out int length, out string replacement) => TryFind(text, isShortest: false, out length, out replacement);

    private bool TryFind(ReadOnlySpan<byte> text, bool isShortest, out int length, out string replacement)
    {
        (length, replacement) = (0, "");
        var found = -1;
        var node = Offset(trie[0]);
        for (var i = 0; i < text.Length && text[i] != 0; i++)
        {
            node ^= text[i];
            if (node >= (uint)trie.Length || (trie[node] & 0x800000FF) != text[i])
            {
                break;
            }

            var unit = trie[node];
            node ^= Offset(unit);
            if ((unit >> 8 & 1) == 1 && node < (uint)trie.Length)
            {
                (found, length) = ((int)(trie[node] & 0x7FFFFFFF), i + 1);
                if (isShortest)
                {
                    break;
                }
            }
        }

        if (found < 0 || found > texts.Length)
        {
            length = 0;
            return false;
        }

        var rest = texts.AsSpan(found);
        var end = rest.IndexOf((byte)0);
        replacement = Encoding.UTF8.GetString(end < 0 ? rest : rest[..end]);
        return true;
    }

    private static uint Offset(uint unit) => unit >> 10 << (int)((unit & 0x200) >> 6);
}
