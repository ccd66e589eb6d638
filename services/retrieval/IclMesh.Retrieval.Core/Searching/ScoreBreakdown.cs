namespace IclMesh.Retrieval.Core.Searching;

/// <summary>Every score that had a part in a choice.</summary>
/// <param name="Similarity">Score of the vector under the collection's metric.</param>
/// <param name="VectorRank">Rank by similarity among all that pass the filter, from 1; 0 where that list does not hold it.</param>
/// <param name="TextScore">Full-text score; null where the text list does not hold it.</param>
/// <param name="TextRank">Rank by that score, from 1; 0 where that list does not hold it.</param>
/// <param name="FusedScore">Score after fusion; null without fusion.</param>
/// <param name="Gain">What the strategy maximised when it chose; its scale is the strategy's own.</param>
/// <param name="Cost">Tokens that it costs; null without a budget.</param>
public sealed record ScoreBreakdown(
    float Similarity, int VectorRank, double? TextScore = null, int TextRank = 0, double? FusedScore = null, double Gain = 0, double? Cost = null);
