using IclMesh.Gateway.Analyses.Recording;
using IclMesh.Kernel.V1;

namespace IclMesh.Gateway.Analyses.Practice;

/// <summary>kNN prompting: labels a row like the anchors after which the model expects the most similar continuation.</summary>
/// <remarks>
/// Source: B. Xu et al., "kNN Prompting", 2023: KL(anchor || row) of next-token distributions behind one fixed prompt, majority of the three
/// nearest. The distributions are compared on the tokens that are most probable over all prompts and the rest as one more; a token outside a
/// prompt's own list has probability 1e-7 there.
/// </remarks>
internal sealed class NeighbourPrompting(StudyContext study, KernelCalls kernel)
{
    private const int Columns = 1000;
    private const int Voters = 3;
    private const double Unlisted = 1e-7;

    /// <summary>The prompts whose continuations are compared: the anchors, and the rows that report.</summary>
    public static Condition Condition(StudyContext study, int anchors) =>
        OrderSearch.Condition(study, 0) with { Name = "anchors", Rows = [.. study.AllRows.Take(Anchors(study, anchors)), .. study.ReportRows] };

    public async Task<object> ComputeAsync(Trace trace, int anchors, CancellationToken cancellationToken)
    {
        var units = await trace.ReadAsync(Condition(study, anchors).Name, cancellationToken);
        var distributions = Align(units).ToList();
        var rows = units.Zip(distributions).ToLookup(pair => study.Reports(pair.First.Record.Row));
        var (known, asked) = (rows[false].ToList(), rows[true].ToList());
        var voters = Math.Min(Voters, known.Count);
        var votes = await kernel.RegressAsync(
            new()
            {
                FeatureData = new() { Features = Samples(known.Select(row => row.Second)), Queries = Samples(asked.Select(row => row.Second)) },
                Labels = Samples(known.Select(row => OneHot(row.First.Record.Gold))),
                NearestNeighbours = new() { K = voters, Metric = NeighbourMetric.KullbackLeibler },
            },
            cancellationToken);

        var shares = KernelCalls.Values(votes.Predictions).Chunk(study.Classes).ToList();
        var prompted = (await trace.ReadAsync(OrderSearch.Condition(study, 0).Name, cancellationToken))
            .Select(unit => unit.Record).Where(record => study.Reports(record.Row)).ToList();
        var voted = prompted.Zip(shares, (record, share) => record with { Probabilities = share }).ToList();
        return new
        {
            anchors = known.Count,
            neighbours = voters,
            model = await Accuracy.OfAsync(kernel, prompted, baseline: null, cancellationToken),
            neighbourPrompting = await Accuracy.OfAsync(kernel, voted, [.. prompted.Select(record => record.Predicted)], cancellationToken),
        };
    }

    private static int Anchors(StudyContext study, int anchors) => Math.Min(anchors, study.SelectionRows);

    /// <summary>Every prompt's distribution over the same columns, [V' + 1], summing to 1.</summary>
    private static IEnumerable<double[]> Align(IReadOnlyList<RecordedUnit> units)
    {
        var mass = new Dictionary<int, double>();
        foreach (var unit in units)
        {
            foreach (var (token, probability) in Listed(unit))
            {
                mass[token] = mass.GetValueOrDefault(token) + probability;
            }
        }

        var columns = mass.OrderByDescending(entry => entry.Value).ThenBy(entry => entry.Key).Take(Columns)
            .Select((entry, column) => (entry.Key, column)).ToDictionary(pair => pair.Key, pair => pair.column);
        foreach (var unit in units)
        {
            var row = new double[columns.Count + 1];
            Array.Fill(row, Unlisted);
            foreach (var (token, probability) in Listed(unit).Where(entry => columns.ContainsKey(entry.Token)))
            {
                row[columns[token]] = Math.Max(probability, Unlisted);
            }

            row[^1] = Math.Max(Unlisted, 1 - row[..^1].Sum());
            var sum = row.Sum();
            yield return [.. row.Select(share => share / sum)];
        }
    }

    private static IEnumerable<(int Token, double Probability)> Listed(RecordedUnit unit) =>
        unit.Tensors[NextTokenSeries.Tokens].Values.Zip(unit.Tensors[NextTokenSeries.Probabilities].Values, (token, probability) => ((int)token, (double)probability));

    private static Samples Samples(IEnumerable<double[]> rows) => new() { Fp64 = KernelCalls.Matrix([.. rows]) };

    private double[] OneHot(int label) => [.. Enumerable.Range(0, study.Classes).Select(c => c == label ? 1.0 : 0.0)];
}
