using IclMesh.Inference.Text.Tokens;

namespace IclMesh.Inference.Core.Generation;

/// <summary>Turns tokens into text as they come: characters are never split, and a text that may become a stop text is held back.</summary>
/// <param name="tokenizer">The model's tokenizer.</param>
/// <param name="stops">Texts that end the stream; not part of it.</param>
internal sealed class TextStream(ITextTokenizer tokenizer, IReadOnlyList<string> stops)
{
    private const char Incomplete = '\uFFFD';

    private readonly List<int> tokens = [];
    private int windowStart;
    private int windowRead;
    private string pending = "";

    /// <summary>A stop text was found; nothing follows.</summary>
    public bool Stopped { get; private set; }

    /// <summary>Adds a token and returns the text that is certain now.</summary>
    public string Add(int token)
    {
        // Embeddings are often padded beyond the vocabulary; such a token has no text.
        if (token >= tokenizer.VocabularySize)
        {
            return "";
        }

        tokens.Add(token);
        var span = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(tokens);

        // Decoding a short window keeps blanks right where tokens carry them, and costs the same at the end as at the start.
        var before = tokenizer.Decode(span[windowStart..windowRead]);
        var now = tokenizer.Decode(span[windowStart..]);
        if (now.Length <= before.Length || now[^1] == Incomplete)
        {
            return "";
        }

        (windowStart, windowRead) = (windowRead, tokens.Count);
        return Release(now[before.Length..]);
    }

    /// <summary>Returns what is held back, complete or not.</summary>
    public string Finish()
    {
        if (Stopped)
        {
            return "";
        }

        var span = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(tokens);
        var rest = Release(tokenizer.Decode(span[windowStart..])[tokenizer.Decode(span[windowStart..windowRead]).Length..]);
        return Stopped ? rest : rest + pending;
    }

    private string Release(string text)
    {
        pending += text;
        var stop = stops.Select(candidate => pending.IndexOf(candidate, StringComparison.Ordinal)).Where(index => index >= 0).DefaultIfEmpty(-1).Min();
        if (stop >= 0)
        {
            Stopped = true;
            var last = pending[..stop];
            pending = "";
            return last;
        }

        var held = stops.Select(Overlap).DefaultIfEmpty(0).Max();
        var certain = pending[..^held];
        pending = pending[^held..];
        return certain;
    }

    /// <summary>Length of the longest end of the text that a stop text begins with.</summary>
    private int Overlap(string stop)
    {
        for (var length = Math.Min(stop.Length - 1, pending.Length); length > 0; length--)
        {
            if (pending.EndsWith(stop[..length], StringComparison.Ordinal))
            {
                return length;
            }
        }

        return 0;
    }
}
