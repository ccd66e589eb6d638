using System.Globalization;
using System.Text;
using IclMesh.Inference.Text.Alignment;
using IclMesh.Inference.Text.Patterns;

namespace IclMesh.Inference.Text.Decoding;

/// <summary>The decoders of tokenizer.json; each follows the tokenizers library of Hugging Face.</summary>
internal static class Decoders
{
    // Contractions and punctuation that the WordPiece decoder closes up, in this order.
    private static readonly (string From, string To)[] Cleanups =
    [
        (" .", "."), (" ?", "?"), (" !", "!"), (" ,", ","), (" ' ", "'"), (" n't", "n't"), (" 'm", "'m"),
        (" do not", " don't"), (" 's", "'s"), (" 've", "'ve"), (" 're", "'re"),
    ];

    public static TokenDecoder Sequence(IReadOnlyList<TokenDecoder> steps) => tokens => steps.Aggregate(tokens, (decoded, step) => step(decoded));

    /// <summary>Without a decoder tokens are written with blanks between them.</summary>
    public static IReadOnlyList<string> Blanks(IReadOnlyList<string> tokens) => [string.Join(' ', tokens)];

    public static IReadOnlyList<string> Fuse(IReadOnlyList<string> tokens) => [string.Concat(tokens)];

    public static TokenDecoder Replace(TextPattern pattern, string content) => tokens =>
        [.. tokens.Select(token => AlignedText.Of(token, 0, token.Length)).Select(Normalization.Normalizers.Replace(pattern, content).Invoke).Select(token => token.Text)];

    public static IReadOnlyList<string> ByteLevel(IReadOnlyList<string> tokens)
    {
        using var bytes = new MemoryStream();
        foreach (var token in tokens)
        {
            // Added tokens are written as they are, not in the byte alphabet.
            if (!ByteAlphabet.TryRead(token, bytes))
            {
                bytes.Write(Encoding.UTF8.GetBytes(token));
            }
        }

        return [Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length)];
    }

    public static TokenDecoder WordPiece(string continuation, bool cleanup) => tokens =>
        [.. tokens.Select((token, i) =>
        {
            var text = i == 0 ? token : token.StartsWith(continuation, StringComparison.Ordinal) ? token[continuation.Length..] : $" {token}";
            return cleanup ? Cleanups.Aggregate(text, (clean, pair) => clean.Replace(pair.From, pair.To, StringComparison.Ordinal)) : text;
        })];

    public static TokenDecoder Metaspace(string mark, bool dropsFirst) => tokens =>
        [.. tokens.Select((token, i) => token.Replace(mark, i == 0 && dropsFirst ? "" : " ", StringComparison.Ordinal))];

    /// <summary>Runs of <c>&lt;0xE2&gt;</c> tokens become the text they spell, or a replacement character a byte where they spell none.</summary>
    public static IReadOnlyList<string> ByteFallback(IReadOnlyList<string> tokens)
    {
        var decoded = new List<string>(tokens.Count);
        var bytes = new List<byte>();
        foreach (var token in tokens)
        {
            if (token.Length == 6 && token.StartsWith("<0x", StringComparison.Ordinal) && token[5] == '>'
                && byte.TryParse(token.AsSpan(3, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value))
            {
                bytes.Add(value);
                continue;
            }

            Flush();
            decoded.Add(token);
        }

        Flush();
        return decoded;

        void Flush()
        {
            if (bytes.Count > 0)
            {
                var utf8 = bytes.ToArray();
                var valid = System.Text.Unicode.Utf8.IsValid(utf8);
                decoded.Add(valid ? Encoding.UTF8.GetString(utf8) : new('\uFFFD', utf8.Length));
                bytes.Clear();
            }
        }
    }

    public static TokenDecoder Strip(char content, int start, int stop) => tokens =>
        [.. tokens.Select(token =>
        {
            var leading = token.TakeWhile((unit, i) => i < start && unit == content).Count();
            var trailing = token.Skip(leading).Reverse().TakeWhile((unit, i) => i < stop && unit == content).Count();
            return token[leading..^trailing];
        })];
}
