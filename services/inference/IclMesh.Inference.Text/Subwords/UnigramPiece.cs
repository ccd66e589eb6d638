namespace IclMesh.Inference.Text.Subwords;

/// <summary>A piece of a Unigram vocabulary.</summary>
/// <param name="Text">Its text, not empty.</param>
/// <param name="Id">Its token id.</param>
/// <param name="Score">Its natural log-probability.</param>
/// <param name="IsUserDefined">Outweighs every way to split it.</param>
internal readonly record struct UnigramPiece(string Text, int Id, double Score, bool IsUserDefined = false);
