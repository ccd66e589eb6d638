using System.Text.Json;
using IclMesh.Inference.Core.Models;
using IclMesh.Inference.Core.Prompting;
using IclMesh.Inference.Core.Scoring;

namespace IclMesh.Inference.Core.Verification;

/// <summary><c>score.jsonl</c>: continuations scored by lm-evaluation-harness's rules.</summary>
internal sealed class ScoreVerification(LanguageModel model)
{
    /// <summary>The reference replaces an empty context by this token, whatever the model's begin token is.</summary>
    private const int EmptyContext = 0;

    private const string File = "score.jsonl";
    private readonly Comparison tokens = new(File, "token ids of contexts and choices, rows that differ", 0);
    private readonly Comparison sums = new(File, "choice log-probabilities", Tolerances.ChoiceLogProbability);
    private readonly Comparison singles = new(File, "token log-probabilities of choices", Tolerances.ChoiceLogProbability);
    private readonly Comparison greedy = new(File, "greedy flags, choices that differ", 0);
    private readonly Comparison best = new(File, "most probable choice where the gap exceeds 1e-3, rows that differ", 0);

    /// <summary>Scores every row.</summary>
    public IEnumerable<VerificationCheck> Run(string golden, IProgress<string> progress, CancellationToken cancellationToken)
    {
        var row = 0;
        foreach (var line in System.IO.File.ReadLines(Path.Combine(golden, File)))
        {
            using var expected = JsonDocument.Parse(line);
            progress.Report($"score row {row}");
            Compare(expected.RootElement, $"row {row++}", cancellationToken);
        }

        return new[] { tokens, sums, singles, greedy, best }.Select(comparison => comparison.Check);
    }

    private void Compare(JsonElement expected, string place, CancellationToken cancellationToken)
    {
        var context = expected.GetProperty("context").GetString()!;
        JsonElement[] choices = [.. expected.GetProperty("choices").EnumerateArray()];
        var texts = choices.Select(choice => choice.GetProperty("choice").GetString()!).ToArray();
        var prompt = model.Encoder.Encode([new(SegmentKind.Query, context)], texts, budget: null, isFramed: false, cancellationToken);
        if (context.Length == 0)
        {
            prompt = prompt with { Tokens = [EmptyContext] };
        }

        var equal = true;
        for (var index = 0; index < choices.Length; index++)
        {
            equal &= choices[index].GetProperty("context_tokens").GetInt32() == prompt.Tokens.Length;
            equal &= choices[index].GetProperty("ids").EnumerateArray().Select(id => id.GetInt32()).SequenceEqual(prompt.Choices[index]);
        }

        tokens.AddExact(equal, place);
        if (!equal)
        {
            return;
        }

        var scores = model.Score(prompt, [], cancellationToken).Choices;
        CompareScores(choices, scores, place);
        var expectedSums = choices.Select(choice => choice.GetProperty("logprob").GetDouble()).ToArray();
        var sorted = expectedSums.OrderDescending().ToArray();
        if (sorted.Length > 1 && sorted[0] - sorted[1] > Tolerances.ChoiceLogProbability)
        {
            var actual = scores.Select(Sum).ToArray();
            best.AddExact(Array.IndexOf(actual, actual.Max()) == Array.IndexOf(expectedSums, sorted[0]), place);
        }
    }

    private void CompareScores(JsonElement[] choices, IReadOnlyList<ScoredToken[]> scores, string place)
    {
        for (var index = 0; index < choices.Length; index++)
        {
            var where = $"{place}, choice {index}";
            sums.Add(Math.Abs(choices[index].GetProperty("logprob").GetDouble() - Sum(scores[index])), where);
            greedy.AddExact(choices[index].GetProperty("greedy").GetBoolean() == scores[index].All(token => token.Greedy), where);
            foreach (var (expected, actual) in choices[index].GetProperty("token_logprobs").EnumerateArray().Zip(scores[index]))
            {
                singles.Add(Math.Abs(expected.GetDouble() - actual.LogProbability), where);
            }
        }
    }

    private static double Sum(ScoredToken[] tokens) => tokens.Sum(token => token.LogProbability);
}
