namespace IclMesh.Inference.Text.Tokens;

/// <summary>One token of an encoded text.</summary>
/// <param name="Id">Token id in the model's vocabulary.</param>
/// <param name="Start">First UTF-16 unit of the text that the token covers.</param>
/// <param name="Length">UTF-16 units that it covers; 0 for a token that stands for no text, such as a begin token.</param>
public readonly record struct TokenSpan(int Id, int Start, int Length);
