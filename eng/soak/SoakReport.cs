namespace IclMesh.Soak;

/// <summary>How a soak ended.</summary>
/// <param name="Passed">Right answers only, flat memory, nothing left behind.</param>
/// <param name="Text">Figures.</param>
internal sealed record SoakReport(bool Passed, string Text);
