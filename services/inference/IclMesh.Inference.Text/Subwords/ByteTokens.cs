namespace IclMesh.Inference.Text.Subwords;

/// <summary>The tokens of single bytes, spelled <c>&lt;0xE2&gt;</c>.</summary>
internal static class ByteTokens
{
    /// <summary>The id of each byte's token, -1 where it has none; null without a vocabulary to look in.</summary>
    public static int[]? Find(Dictionary<string, int>? vocabulary) => vocabulary is null
        ? null
        : [.. Enumerable.Range(0, 256).Select(value => vocabulary.GetValueOrDefault($"<0x{value:X2}>", -1))];
}
