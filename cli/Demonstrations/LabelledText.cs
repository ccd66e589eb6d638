namespace IclMesh.Cli.Demonstrations;

/// <summary>A row of a file of labelled texts.</summary>
/// <param name="Line">Line number, from 1.</param>
/// <param name="Text">The text.</param>
/// <param name="Label">Its label as an index into the label list.</param>
/// <param name="StoredLabel">Its label as a collection keeps it.</param>
internal sealed record LabelledText(int Line, string Text, int Label, string StoredLabel);
