using IclMesh.Retrieval.Core.Exact;
using Spectre.Console;

namespace IclMesh.Bench.Retrieval;

/// <summary>What a filter that one row in a hundred passes costs, against a scan over those rows alone.</summary>
internal static class FilterBench
{
    private const int Rows = 100_000;
    private const int Dimension = 384;

    /// <summary>Measures and prints.</summary>
    /// <param name="console">Where to print.</param>
    public static void Run(IAnsiConsole console)
    {
        var values = BenchVectors.Make(Rows, Dimension, seed: 2);
        var queries = BenchVectors.Make(64, Dimension, seed: 3);
        var random = new Random(4);
        var passing = Enumerable.Range(0, Rows).Where(_ => random.Next(100) == 0).ToArray();
        var alone = passing.SelectMany(slot => values.AsSpan(slot * Dimension, Dimension).ToArray()).ToArray();
        using var all = new BenchTable(values, Dimension);
        using var matching = new BenchTable(alone, Dimension);
        var allowed = SlotSet.Empty.With(passing);

        // Both in turn before either is measured, so that they run the same compiled code.
        var warmUp = TimeSpan.FromSeconds(1);
        Measurement.Of(1, i => all.Search(queries, i, 1, threads: 1, allowed), warmUp);
        var unfiltered = Measurement.Of(4_000, i => matching.Search(queries, i, 1, threads: 1), warmUp);
        var filtered = Measurement.Of(4_000, i => all.Search(queries, i, 1, threads: 1, allowed), warmUp);

        allowed.Gathered = GatheredRows.Copy(all.Table, allowed);
        var again = Measurement.Of(4_000, i => all.Search(queries, i, 1, threads: 1, allowed), warmUp);

        console.Write(new Table().Title("Filter that 1 % of 100,000 x 384 pass; milliseconds: minimum / median / maximum")
            .AddColumns("search", "filtered", "the passing rows alone", "ratio: min, median")
            .AddRow("first of a filter", $"{filtered}", $"{unfiltered}", Ratio(filtered))
            .AddRow("repeated", $"{again}", $"{unfiltered}", Ratio(again)));

        string Ratio(Measurement of) => $"{of.Minimum / unfiltered.Minimum:0.00}, {of.Median / unfiltered.Median:0.00}";
    }
}
