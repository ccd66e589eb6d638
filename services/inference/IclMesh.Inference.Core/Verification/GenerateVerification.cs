using System.Text.Json;
using IclMesh.Inference.Core.Models;

namespace IclMesh.Inference.Core.Verification;

/// <summary><c>generate.jsonl</c>: greedy continuations, token by token.</summary>
internal static class GenerateVerification
{
    private const string File = "generate.jsonl";

    /// <summary>Most tokens of a recorded continuation.</summary>
    private const int MaxTokens = 48;

    /// <summary>Where first and second logit are closer than this, either may come out first.</summary>
    private const double Gap = 2 * Tolerances.Logits;

    /// <summary>Continues every prompt.</summary>
    public static async Task<IReadOnlyList<VerificationCheck>> RunAsync(
        LanguageModel model, string golden, IProgress<string> progress, CancellationToken cancellationToken)
    {
        var tokens = new Comparison(File, "greedy continuations that differ although the gap allows no doubt", 0);
        var texts = new Comparison(File, "texts of equal continuations that differ", 0);
        var row = 0;
        foreach (var line in System.IO.File.ReadLines(Path.Combine(golden, File)))
        {
            using var document = JsonDocument.Parse(line);
            var expected = document.RootElement;
            progress.Report($"generate row {row}");
            int[] ids = [.. expected.GetProperty("new_ids").EnumerateArray().Select(id => id.GetInt32())];
            var (actual, text) = await ContinueAsync(model, expected.GetProperty("prompt").GetString()!, cancellationToken).ConfigureAwait(false);
            var certain = expected.GetProperty("min_gap_to_second_logit").GetDouble() > Gap;
            tokens.AddExact(!certain || ids.SequenceEqual(actual), $"row {row}");
            if (ids.SequenceEqual(actual))
            {
                // The stream leaves the end token out; the recorded text spells it.
                texts.AddExact(expected.GetProperty("text").GetString()!.StartsWith(text, StringComparison.Ordinal), $"row {row}");
            }

            row++;
        }

        return [tokens.Check, texts.Check];
    }

    private static async Task<(IReadOnlyList<int> Tokens, string Text)> ContinueAsync(
        LanguageModel model, string prompt, CancellationToken cancellationToken)
    {
        var tokens = new List<int>();
        var text = "";
        using var run = await model.GenerateAsync(new() { Prompt = prompt, MaxTokens = MaxTokens }, cancellationToken);
        await foreach (var piece in run.Pieces.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            tokens.AddRange(piece.Token is { } token ? [token] : []);
            text += piece.Text;
        }

        return (tokens, text);
    }
}
