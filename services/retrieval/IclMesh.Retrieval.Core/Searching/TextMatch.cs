using IclMesh.Retrieval.Core.Demonstrations;

namespace IclMesh.Retrieval.Core.Searching;

/// <summary>A demonstration that a text search found.</summary>
/// <param name="Demonstration">The demonstration, with its vector.</param>
/// <param name="Score">Its full-text score; greater is better, only comparable within one answer.</param>
public sealed record TextMatch(Demonstration Demonstration, double Score);
