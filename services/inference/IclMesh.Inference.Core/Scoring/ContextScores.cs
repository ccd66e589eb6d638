namespace IclMesh.Inference.Core.Scoring;

/// <summary>What one context says about its continuations.</summary>
/// <param name="Choices">Tokens of each continuation with their scores.</param>
/// <param name="ChoiceMass">Probability of the continuations' distinct first tokens together.</param>
/// <param name="Attention">[layers, heads, demonstrations] for each pooling asked for.</param>
/// <param name="CachedTokens">Context tokens that were not computed anew.</param>
internal sealed record ContextScores(
    IReadOnlyList<ScoredToken[]> Choices, double ChoiceMass, IReadOnlyList<float[]> Attention, int CachedTokens);
