using System.Text.Json;
using System.Text.Json.Serialization;
using IclMesh.Inference.Text.Tokens;

namespace IclMesh.Inference.Tests.Tokenization;

/// <summary>One row of a tokenizer fixture; offsets are in code points.</summary>
internal sealed record GoldenRow(
    [property: JsonPropertyName("text")] string Text,
    [property: JsonPropertyName("ids")] int[] Ids,
    [property: JsonPropertyName("offsets")] int[][] Offsets,
    [property: JsonPropertyName("ids_with_special")] int[]? IdsWithSpecial,
    [property: JsonPropertyName("decoded")] string Decoded)
{
    public static IReadOnlyList<GoldenRow> Read(string path) =>
        [.. File.ReadLines(path).Select(line => JsonSerializer.Deserialize<GoldenRow>(line)!)];

    /// <summary>Everything that the row expects.</summary>
    public void Check(ITextTokenizer tokenizer)
    {
        var tokens = tokenizer.Encode(Text, scope: SpecialTokenScope.Everywhere);

        Assert.Equal(Ids, tokens.Select(token => token.Id));
        Assert.Equal(
            Offsets.Select(range => (Unit(range[0]), Unit(range[1]))),
            tokens.Select(token => (token.Start, token.Start + token.Length)));
        Assert.Equal(Decoded, tokenizer.Decode(Ids));
        if (IdsWithSpecial is not null)
        {
            Assert.Equal(IdsWithSpecial, tokenizer.Encode(Text, addSpecialTokens: true, SpecialTokenScope.Everywhere).Select(token => token.Id));
        }
    }

    /// <summary>The UTF-16 unit at which a code point begins.</summary>
    private int Unit(int codePoint) => Text.EnumerateRunes().Take(codePoint).Sum(rune => rune.Utf16SequenceLength);
}
