using ScottPlot;

namespace IclMesh.Cli.Reports;

/// <summary>A figure.</summary>
/// <param name="Name">Name of its file, without extension.</param>
/// <param name="Caption">What it shows.</param>
/// <param name="Draw">Draws it.</param>
internal sealed record ReportFigure(string Name, string Caption, Action<Plot> Draw);
