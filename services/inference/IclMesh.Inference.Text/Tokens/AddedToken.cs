namespace IclMesh.Inference.Text.Tokens;

/// <summary>A token that is recognised in the text before anything else happens to it.</summary>
/// <param name="Id">Token id.</param>
/// <param name="Text">How it is written.</param>
/// <param name="SingleWord">Recognised only where no word character adjoins it.</param>
/// <param name="StripsLeft">Takes the white space before it.</param>
/// <param name="StripsRight">Takes the white space behind it.</param>
/// <param name="Normalized">Looked for after normalization, in its normalized spelling.</param>
/// <param name="Special">Steers the model, so it is recognised only where the caller's text may hold special tokens.</param>
internal sealed record AddedToken(
    int Id, string Text, bool SingleWord = false, bool StripsLeft = false, bool StripsRight = false, bool Normalized = false,
    bool Special = false);
