namespace IclMesh.Retrieval.Core.Searching;

/// <summary>How a hybrid search fuses its lists.</summary>
/// <param name="Method">The method.</param>
/// <param name="VectorWeight">Weight of the vector list, 0 or more.</param>
/// <param name="TextWeight">Weight of the text list, 0 or more.</param>
/// <param name="RankConstant">k of reciprocal rank fusion, at least 1; 60 as its authors chose.</param>
public sealed record FusionSettings(
    FusionMethod Method = FusionMethod.ReciprocalRank, double VectorWeight = 1, double TextWeight = 1, double RankConstant = 60);
