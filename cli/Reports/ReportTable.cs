namespace IclMesh.Cli.Reports;

/// <summary>A table.</summary>
/// <param name="Columns">Headings.</param>
/// <param name="Rows">Cells.</param>
internal sealed record ReportTable(IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<string>> Rows);
