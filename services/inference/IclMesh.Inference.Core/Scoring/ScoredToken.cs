namespace IclMesh.Inference.Core.Scoring;

/// <summary>One token of a continuation.</summary>
/// <param name="Id">Token id.</param>
/// <param name="LogProbability">Natural logarithm of its probability given all tokens before it.</param>
/// <param name="Greedy">It is the most probable token at its place.</param>
public readonly record struct ScoredToken(int Id, double LogProbability, bool Greedy);
