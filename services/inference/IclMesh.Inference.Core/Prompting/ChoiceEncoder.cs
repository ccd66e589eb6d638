using IclMesh.Inference.Text.Tokens;

namespace IclMesh.Inference.Core.Prompting;

/// <summary>Tokenises a context and its continuations by the rules of lm-evaluation-harness.</summary>
/// <remarks>
/// Source: <c>TemplateLM._encode_pair</c> and <c>loglikelihood</c> in <c>lm_eval/api/model.py</c>: blanks at the end of the context move
/// to the continuation; context and continuation are tokenised together and split at the length of the context alone; an empty context is
/// the begin token, or the end token where there is none.
/// </remarks>
/// <param name="tokenizer">The model's tokenizer.</param>
internal sealed class ChoiceEncoder(ITextTokenizer tokenizer)
{
    private readonly int[] begin = Begin(tokenizer);

    /// <summary>True where every prompt starts with a begin token.</summary>
    public bool AddsBeginToken => begin.Length > 0;

    /// <summary>Number of tokens before the first piece of a context.</summary>
    public int BeginLength => begin.Length;

    /// <summary>Tokenises the last piece of a context together with what may follow it.</summary>
    /// <param name="context">The context, or its last piece.</param>
    /// <param name="choices">Continuations, or none; special tokens are not recognised in them.</param>
    /// <param name="continues">Other pieces come before <paramref name="context"/>.</param>
    /// <param name="scope">Where special tokens are recognised in <paramref name="context"/>.</param>
    /// <param name="most">Tokens of the longest context; one that is longer is refused before it is tokenised with every continuation.</param>
    /// <param name="cancellationToken">The caller's.</param>
    /// <returns>The context's tokens with their place in <paramref name="context"/>, and each continuation's token ids.</returns>
    /// <exception cref="MeshException">The context is too long, or a continuation has no token of its own.</exception>
    public (IReadOnlyList<TokenSpan> Context, IReadOnlyList<int[]> Choices) Encode(
        string context, IReadOnlyList<string> choices, bool continues, SpecialTokenScope scope, int most, CancellationToken cancellationToken)
    {
        var trimmed = choices.Count == 0 ? context : context[..LengthWithoutTrailingBlanks(context)];
        var blanks = context[trimmed.Length..];
        scope = scope.Until(context.Length);
        var alone = Tokenize(trimmed, continues, scope);
        if (alone.Count > most)
        {
            throw PromptEncoder.TooLong(most, alone.Count, what: "");
        }

        var encoded = new int[choices.Count][];
        for (var index = 0; index < encoded.Length; index++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var whole = Tokenize(trimmed + blanks + choices[index], continues, scope);
            encoded[index] = [.. whole.Skip(alone.Count).Select(token => token.Id)];
            if (encoded[index].Length == 0)
            {
                throw MeshException.Invalid($"choices[{index}]", "adds no token to the prompt: it merges with what stands before it");
            }
        }

        return (alone, encoded);
    }

    /// <summary>Tokenises a piece of a context that other pieces follow.</summary>
    public IReadOnlyList<TokenSpan> Tokenize(string text, bool continues, SpecialTokenScope scope) =>
        continues ? tokenizer.EncodeContinuation(text, scope) : tokenizer.Encode(text, addSpecialTokens: false, scope);

    /// <summary>Puts the begin token before a context; an empty context becomes the begin or the end token.</summary>
    /// <param name="context">Tokens of the context.</param>
    /// <param name="isFramed">It has its begin token already, as a rendered chat template does.</param>
    public int[] Frame(IReadOnlyList<int> context, bool isFramed)
    {
        int[] framed = isFramed ? [.. context] : [.. begin, .. context];
        return framed.Length > 0 ? framed : [Start()];
    }

    private int Start() =>
        tokenizer.BeginToken ?? tokenizer.EndToken ?? throw MeshException.Invalid(
            "segments", "must not be empty: the model has neither a begin token nor an end token to stand for an empty context");

    private static int[] Begin(ITextTokenizer tokenizer)
    {
        var special = tokenizer.Encode("", addSpecialTokens: true);
        return special.Count > 0 && special[0].Id == tokenizer.BeginToken ? [special[0].Id] : [];
    }

    /// <summary>What Python's <c>str.rstrip</c> keeps; it also counts the four separators of ASCII as blanks.</summary>
    private static int LengthWithoutTrailingBlanks(string text)
    {
        var length = text.Length;
        while (length > 0 && (char.IsWhiteSpace(text[length - 1]) || text[length - 1] is >= '\x1c' and <= '\x1f'))
        {
            length--;
        }

        return length;
    }
}
