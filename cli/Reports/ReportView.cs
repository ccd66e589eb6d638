using Spectre.Console;

namespace IclMesh.Cli.Reports;

/// <summary>A report on the terminal: its tables.</summary>
internal static class ReportView
{
    public static void Show(IAnsiConsole console, Report report, string? folder)
    {
        console.MarkupLineInterpolated($"[bold]{report.Title}[/]");
        foreach (var section in report.Sections)
        {
            console.WriteLine();
            console.MarkupLineInterpolated($"[bold]{section.Title}[/]");
            foreach (var table in section.Tables)
            {
                var shown = new Table().Border(TableBorder.Simple).AddColumns([.. table.Columns.Select(Markup.Escape)]);
                foreach (var row in table.Rows)
                {
                    shown.AddRow([.. row.Select(Markup.Escape)]);
                }

                console.Write(shown);
            }
        }

        if (folder is not null)
        {
            console.WriteLine($"report: {Path.Combine(folder, "report.html")}");
        }
    }
}
