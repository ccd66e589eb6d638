namespace IclMesh.Inference.Text.Patterns;

/// <summary>A piece of a translated expression: syntax that .NET shares, or a set of code points that still needs a spelling.</summary>
/// <param name="Syntax">The syntax; null for a set.</param>
/// <param name="Set">The set; null for syntax.</param>
internal readonly record struct ExpressionPiece(string? Syntax, CodePointSet? Set);
