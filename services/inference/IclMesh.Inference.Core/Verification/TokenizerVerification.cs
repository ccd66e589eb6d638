using System.Text.Json;
using IclMesh.Inference.Text.Tokens;

namespace IclMesh.Inference.Core.Verification;

/// <summary><c>tokenizer.jsonl</c>, <c>expected.jsonl</c> and the texts of <c>expected.json</c>: ids, offsets and decoded texts.</summary>
internal static class TokenizerVerification
{
    /// <summary>Compares a file of JSON lines.</summary>
    public static IEnumerable<VerificationCheck> Run(ITextTokenizer tokenizer, string path, string name)
    {
        var ids = new Comparison(name, "token ids, texts that differ", 0);
        var special = new Comparison(name, "token ids with special tokens, texts that differ", 0);
        var offsets = new Comparison(name, "offsets, texts that differ", 0);
        var decoded = new Comparison(name, "decoded texts that differ", 0);
        var row = 0;
        foreach (var line in File.ReadLines(path))
        {
            using var document = JsonDocument.Parse(line);
            var expected = document.RootElement;
            var text = expected.GetProperty("text").GetString()!;
            var tokens = tokenizer.Encode(text, scope: SpecialTokenScope.Everywhere);
            var place = $"row {row++}";
            ids.AddExact(Ids(expected.GetProperty("ids")).SequenceEqual(tokens.Select(token => token.Id)), place);
            offsets.AddExact(Offsets(expected.GetProperty("offsets")).SequenceEqual(CodePoints(text, tokens)), place);
            decoded.AddExact(tokenizer.Decode([.. Ids(expected.GetProperty("ids"))]) == expected.GetProperty("decoded").GetString(), place);
            if (expected.TryGetProperty("ids_with_special", out var withSpecial))
            {
                special.AddExact(Ids(withSpecial).SequenceEqual(tokenizer.Encode(text, addSpecialTokens: true, SpecialTokenScope.Everywhere).Select(token => token.Id)), place);
            }
        }

        return new[] { ids, special, offsets, decoded }.Select(comparison => comparison.Check).Where(check => check.Compared > 0);
    }

    /// <summary>Compares the texts of a model's <c>expected.json</c>.</summary>
    public static VerificationCheck Run(ITextTokenizer tokenizer, JsonElement list, string name, bool addSpecialTokens, int? limit)
    {
        var ids = new Comparison(name, "token ids, texts that differ", 0);
        var row = 0;
        foreach (var text in list.EnumerateArray())
        {
            int[] expected = [.. Ids(text.GetProperty("ids"))];
            int[] actual = [.. tokenizer.Encode(text.GetProperty("text").GetString()!, addSpecialTokens, SpecialTokenScope.Everywhere).Select(token => token.Id)];
            if (actual.Length > limit)
            {
                actual = [.. actual[..(limit.Value - 1)], actual[^1]];
            }

            ids.AddExact(expected.SequenceEqual(actual), $"text {row++}");
        }

        return ids.Check;
    }

    private static IEnumerable<int> Ids(JsonElement list) => list.EnumerateArray().Select(id => id.GetInt32());

    private static IEnumerable<(int, int)> Offsets(JsonElement list) =>
        list.EnumerateArray().Select(pair => (pair[0].GetInt32(), pair[1].GetInt32()));

    /// <summary>Half-open offsets in Unicode code points, as the expected values count.</summary>
    private static IEnumerable<(int, int)> CodePoints(string text, IReadOnlyList<TokenSpan> tokens)
    {
        var points = new int[text.Length + 1];
        for (var unit = 0; unit < text.Length; unit++)
        {
            points[unit + 1] = points[unit] + (char.IsLowSurrogate(text[unit]) ? 0 : 1);
        }

        return tokens.Select(token => (points[token.Start], points[token.Start + token.Length]));
    }
}
