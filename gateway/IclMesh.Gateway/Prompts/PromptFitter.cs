using IclMesh.Gateway.Predict;

namespace IclMesh.Gateway.Prompts;

/// <summary>Drops whole demonstrations, first ones first, until a prompt fits its budget exactly as tokenised.</summary>
internal static class PromptFitter
{
    /// <summary>Finds the fewest demonstrations to drop.</summary>
    /// <param name="demonstrations">All, in prompt order.</param>
    /// <param name="count">Writes and tokenises the prompt with some of them.</param>
    /// <param name="budget">Most tokens.</param>
    /// <exception cref="MeshException">The query alone does not fit.</exception>
    public static async Task<FittedPrompt> FitAsync(
        IReadOnlyList<PromptedDemonstration> demonstrations, Func<IReadOnlyList<PromptedDemonstration>, Task<CountedPrompt>> count, int budget)
    {
        var whole = await count(demonstrations);
        if (whole.Tokens <= budget)
        {
            return new(demonstrations, whole);
        }

        // Tokens may join across pieces, so the pieces' own counts are a first guess and the tokenizer decides.
        var drop = Guess(demonstrations, whole, budget);
        var fitted = await TryAsync(drop);
        while (fitted.Prompt.Tokens > budget)
        {
            if (drop == demonstrations.Count)
            {
                throw new MeshException(
                    ErrorKind.InvalidArgument,
                    ErrorReasons.ContextTooLong,
                    $"instruction and query alone are {fitted.Prompt.Tokens} tokens, max_prompt_tokens is {budget}")
                {
                    Metadata = new Dictionary<string, string> { ["limit"] = $"{budget}", ["actual"] = $"{fitted.Prompt.Tokens}" },
                };
            }

            fitted = await TryAsync(++drop);
        }

        while (drop > 1 && await TryAsync(drop - 1) is var longer && longer.Prompt.Tokens <= budget)
        {
            (drop, fitted) = (drop - 1, longer);
        }

        return fitted;

        async Task<FittedPrompt> TryAsync(int dropped)
        {
            var rest = demonstrations.Skip(dropped).ToList();
            return new(rest, await count(rest));
        }
    }

    private static int Guess(IReadOnlyList<PromptedDemonstration> demonstrations, CountedPrompt whole, int budget)
    {
        var cost = whole.Pieces.ToLookup(piece => piece.DemonstrationId, piece => piece.TokenCount, StringComparer.Ordinal);
        var (tokens, drop) = (whole.Tokens, 0);
        while (tokens > budget && drop < demonstrations.Count)
        {
            tokens -= cost[demonstrations[drop++].Hit.Demonstration.Id].Sum();
        }

        return drop;
    }
}
