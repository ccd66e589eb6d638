namespace IclMesh.Inference.Text.Alignment;

/// <summary>
/// The spelling of bytes as visible characters that GPT-2 introduced: printable bytes stand for themselves, the others for U+0100 onwards.
/// </summary>
internal static class ByteAlphabet
{
    private static readonly char[] Characters = Spellings();
    private static readonly Dictionary<char, byte> Bytes = Enumerable.Range(0, 256).ToDictionary(value => Characters[value], value => (byte)value);

    public static char Spell(byte value) => Characters[value];

    /// <summary>The bytes that a token spells; false where a character of it spells none.</summary>
    public static bool TryRead(string token, Stream bytes)
    {
        if (!token.All(Bytes.ContainsKey))
        {
            return false;
        }

        foreach (var character in token)
        {
            bytes.WriteByte(Bytes[character]);
        }

        return true;
    }

    private static char[] Spellings()
    {
        var spellings = new char[256];
        var next = 0x100;
        for (var value = 0; value < 256; value++)
        {
            var printable = value is (>= '!' and <= '~') or (>= 0xA1 and <= 0xAC) or (>= 0xAE and <= 0xFF);
            spellings[value] = (char)(printable ? value : next++);
        }

        return spellings;
    }
}
