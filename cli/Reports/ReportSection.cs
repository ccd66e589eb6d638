namespace IclMesh.Cli.Reports;

/// <summary>A part of a report.</summary>
/// <param name="Title">Its heading.</param>
/// <param name="Text">What is shown and how to read it.</param>
/// <param name="Tables">Tables.</param>
/// <param name="Figures">Figures.</param>
internal sealed record ReportSection(string Title, string Text, IReadOnlyList<ReportTable> Tables, IReadOnlyList<ReportFigure> Figures);
