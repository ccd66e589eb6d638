using System.Net;
using System.Text;
using System.Text.Json;
using IclMesh.Cli.CommandLine;
using ScottPlot;

namespace IclMesh.Cli.Reports;

/// <summary>Writes a report: result.json, report.html with everything inside, and each figure as PNG, light and dark.</summary>
internal static class ReportWriter
{
    private const int Width = 760;
    private const int Height = 460;

    private const string Style =
        """
        :root { color-scheme: light dark; --paper: #ffffff; --ink: #1f2328; --muted: #59636e; --line: #d9dee3; --stripe: #f6f8fa; }
        @media (prefers-color-scheme: dark) { :root { --paper: #16181d; --ink: #d8dbe2; --muted: #9aa2ad; --line: #30343d; --stripe: #1d2026; } }
        body { background: var(--paper); color: var(--ink); font: 16px/1.55 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
        h1 { font-size: 1.7rem; } h2 { font-size: 1.25rem; margin-top: 2.5rem; border-bottom: 1px solid var(--line); padding-bottom: .3rem; }
        table { border-collapse: collapse; margin: 1rem 0; font-size: .9rem; font-variant-numeric: tabular-nums; display: block; overflow-x: auto; }
        th, td { padding: .3rem .7rem; text-align: left; border-bottom: 1px solid var(--line); } tbody tr:nth-child(odd) { background: var(--stripe); }
        figure { margin: 1.5rem 0; } img { max-width: 100%; height: auto; border: 1px solid var(--line); border-radius: 6px; }
        figcaption, dt { color: var(--muted); font-size: .9rem; } dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1rem; } dd { margin: 0; }
        """;

    /// <summary>Writes a report into a folder.</summary>
    public static async Task WriteAsync(string folder, Report report, JsonElement document, CancellationToken cancellationToken)
    {
        await File.WriteAllTextAsync(Path.Combine(folder, "result.json"), JsonSerializer.Serialize(document), cancellationToken);
        var figures = new Dictionary<string, (byte[] Light, byte[] Dark)>();
        foreach (var figure in report.Sections.SelectMany(section => section.Figures))
        {
            figures[figure.Name] = (Draw(figure, dark: false), Draw(figure, dark: true));
            await File.WriteAllBytesAsync(ConfinedPath.Combine(folder, $"{figure.Name}.png"), figures[figure.Name].Light, cancellationToken);
            await File.WriteAllBytesAsync(ConfinedPath.Combine(folder, $"{figure.Name}-dark.png"), figures[figure.Name].Dark, cancellationToken);
        }

        await File.WriteAllTextAsync(Path.Combine(folder, "report.html"), Html(report, figures), cancellationToken);
    }

    private static byte[] Draw(ReportFigure figure, bool dark)
    {
        using var plot = new Plot();
        figure.Draw(plot);
        Plots.Theme(plot, dark);
        return plot.GetImageBytes(Width, Height, ImageFormat.Png);
    }

    private static string Html(Report report, Dictionary<string, (byte[] Light, byte[] Dark)> figures)
    {
        var page = new StringBuilder();
        page.Append(
            $"""
            <!doctype html>
            <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
            <title>{Text(report.Title)}</title><style>{Style}</style></head><body>
            <h1>{Text(report.Title)}</h1>
            <dl>{string.Concat(report.Facts.Select(fact => $"<dt>{Text(fact.Name)}</dt><dd>{Text(fact.Value)}</dd>"))}</dl>

            """);
        foreach (var section in report.Sections)
        {
            page.Append($"<section><h2>{Text(section.Title)}</h2>\n<p>{Text(section.Text)}</p>\n");
            foreach (var table in section.Tables)
            {
                page.Append($"<table><thead><tr>{Cells("th", table.Columns)}</tr></thead>\n<tbody>");
                page.AppendJoin('\n', table.Rows.Select(row => $"<tr>{Cells("td", row)}</tr>"));
                page.Append("</tbody></table>\n");
            }

            foreach (var figure in section.Figures)
            {
                var (light, dark) = figures[figure.Name];
                page.Append(
                    $"""
                    <figure><picture><source media="(prefers-color-scheme: dark)" srcset="{Uri(dark)}"><img src="{Uri(light)}" alt="{Text(figure.Caption)}" width="{Width}" height="{Height}"></picture>
                    <figcaption>{Text(figure.Caption)}</figcaption></figure>

                    """);
            }

            page.Append("</section>\n");
        }

        return page.Append("</body></html>\n").ToString();
    }

    private static string Cells(string tag, IEnumerable<string> cells) => string.Concat(cells.Select(cell => $"<{tag}>{Text(cell)}</{tag}>"));

    private static string Text(string text) => WebUtility.HtmlEncode(text);

    private static string Uri(byte[] png) => $"data:image/png;base64,{Convert.ToBase64String(png)}";
}
