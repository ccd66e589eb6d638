using System.Text;

namespace IclMesh.Bench.Engine;

/// <summary>Measures rows round by round, all sides of a round one after the other, and prints ratios beside their targets.</summary>
/// <param name="rounds">Rounds of each row.</param>
internal sealed class RatioTable(int rounds)
{
    private readonly StringBuilder markdown = new("""
        | what | ours, or the denominator | against (best of a round) | ratio min / median / max | target | |
        | --- | --- | --- | --- | --- | --- |

        """);

    /// <summary>Measures a row and returns it as a line.</summary>
    public string Measure(RatioRow row)
    {
        Probe[] probes = [row.Under, .. row.Over];
        foreach (var probe in probes)
        {
            probe.Run();
        }

        var (under, over, ratios, names) = (new List<double>(), new List<double>(), new List<double>(), new List<string>());
        for (var round = 0; round < Math.Min(rounds, row.MostRounds); round++)
        {
            under.Add(row.Metric(row.Under.Run()));
            var (best, name) = row.Over.Select(probe => (Value: row.Metric(probe.Run()), probe.Worker().Name)).MinBy(result => result.Value);
            over.Add(best);
            names.Add(name);
            ratios.Add(row.Combine(best, under[^1]));
        }

        var line = $"| {row.Name} | {Spread(under, row)} | {Spread(over, row)} {names.GroupBy(name => name).MaxBy(group => group.Count())!.Key} | {Spread(ratios)} | {Goal(row)} | {Verdict(row, ratios)} |";
        markdown.AppendLine(line);
        return line;
    }

    /// <summary>All rows.</summary>
    public string Markdown() => markdown.ToString();

    private static string Goal(RatioRow row) => row.Target is { } target ? $"{(row.AtMost ? "<=" : ">=")} {target}" : "";

    private static string Verdict(RatioRow row, List<double> ratios)
    {
        var median = Median(ratios);
        return row.Target is not { } target ? "" : (row.AtMost ? median <= target : median >= target) ? "met" : "**missed**";
    }

    private static string Spread(List<double> values, RatioRow row) =>
        string.Join(" / ", new[] { values.Min(), Median(values), values.Max() }.Select(value => $"{value * row.Unit.Factor:0}")) + $" {row.Unit.Name}";

    private static string Spread(List<double> ratios) => $"{ratios.Min():0.000} / {Median(ratios):0.000} / {ratios.Max():0.000}";

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
