using System.Text;

namespace IclMesh.Inference.Core.Scoring;

/// <summary>One continuation and its score.</summary>
/// <param name="Text">The continuation as the caller wrote it.</param>
/// <param name="Tokens">Its tokens.</param>
public sealed record ScoredChoice(string Text, IReadOnlyList<ScoredToken> Tokens)
{
    /// <summary>Sum of the tokens' log-probabilities.</summary>
    public double LogProbability { get; } = Tokens.Sum(token => token.LogProbability);

    /// <summary>Every token is the most probable one at its place.</summary>
    public bool Greedy { get; } = Tokens.All(token => token.Greedy);

    /// <summary>Unicode code points, a leading blank not counted; at least 1.</summary>
    public int Characters { get; } = Math.Max(1, Bare(Text).EnumerateRunes().Count());

    /// <summary>UTF-8 bytes, a leading blank not counted; at least 1.</summary>
    public int Bytes { get; } = Math.Max(1, Encoding.UTF8.GetByteCount(Bare(Text)));

    /// <summary>Sum of log-probabilities after the context that says nothing; null unless asked for.</summary>
    public double? Unconditional { get; init; }

    /// <summary>The score that choices are compared by.</summary>
    public double Normalized(ScoreNormalization normalization) => normalization switch
    {
        ScoreNormalization.Token => LogProbability / Tokens.Count,
        ScoreNormalization.Character => LogProbability / Characters,
        ScoreNormalization.Byte => LogProbability / Bytes,
        ScoreNormalization.Unconditional => LogProbability - Unconditional!.Value,
        _ => LogProbability,
    };

    private static string Bare(string text) => text.StartsWith(' ') ? text[1..] : text;
}
