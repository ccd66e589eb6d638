using IclMesh.Gateway.Analyses.Recording;
using IclMesh.Gateway.V1;

namespace IclMesh.Gateway.Analyses.Evaluation;

/// <summary>Accuracy of the model, of a kernel vote over its nearest demonstrations, and of both together.</summary>
internal sealed class EvaluationStudy(EvaluationAnalysis parameters, KernelCalls kernel) : IAnalysis
{
    private const int DefaultNeighbours = 32;

    private int Neighbours => parameters.HasNeighbours ? parameters.Neighbours : DefaultNeighbours;

    public IReadOnlyList<ISeries> Plan(StudyContext study, RecordingTools tools) => [tools.Prompts(study.Base), tools.Neighbours(Neighbours)];

    public async Task<object> ComputeAsync(StudyContext study, Trace trace, CancellationToken cancellationToken)
    {
        var records = (await trace.ReadAsync("base", cancellationToken)).Select(unit => unit.Record).ToList();
        var neighbours = (await trace.ReadAsync("neighbours", cancellationToken)).Select(unit => unit.Record).ToList();
        var shares = neighbours.Select(record => Shares(record, study.Classes)).ToList();
        var combined = await kernel.CombineAsync(
            new()
            {
                ModelLogProbabilities = KernelCalls.Matrix([.. records.Select(record => record.LogProbabilities)]),
                KernelShares = KernelCalls.Matrix(shares),
                Gold = { records.Select(record => record.Gold) },
                SelectionRows = study.SelectionRows,
                Costs = { records.Select(record => (double)record.PromptTokens) },
            },
            cancellationToken);
        return new
        {
            kind = "evaluation",
            selectionRows = study.SelectionRows,
            neighbours = Neighbours,
            model = await Accuracy.OfAsync(kernel, records, baseline: null, cancellationToken),
            modelOnReportRows = ResultJson.Of(combined.ModelAccuracy),
            kernelOnReportRows = ResultJson.Of(combined.KernelAccuracy),
            pool = new { chosen = Point(combined.ChosenPool), curve = combined.Pool.Select(Point) },
            cascade = new
            {
                chosen = Point(combined.ChosenCascade),
                curve = combined.Cascade.Select(Point),
                modelTokens = combined.ModelCost,
                abstention = combined.Abstention.Select(point => new
                {
                    point.MinimumProbability,
                    coverage = point.ReportCoverage,
                    accuracy = ResultJson.Of(point.ReportAccuracy),
                }),
            },
            conformal = new
            {
                combined.Conformal.Threshold,
                coverage = ResultJson.Of(combined.Conformal.Coverage),
                kernelShare = combined.Conformal.ReportShare,
                accuracy = ResultJson.Of(combined.Conformal.ReportAccuracy),
            },

            // The only part of a result that differs between runs.
            latency = new { model = Milliseconds(records), search = Milliseconds(neighbours) },
        };
    }

    /// <summary>Share of each label among the neighbours.</summary>
    private static double[] Shares(PromptRecord record, int classes) =>
        [.. Enumerable.Range(0, classes).Select(label => record.Demonstrations.Count(d => d.Label == label) / (double)record.Demonstrations.Length)];

    private static object Point(Kernel.V1.PoolPoint point) => new
    {
        point.Weight,
        point.SelectionLoss,
        point.SelectionAccuracy,
        reportAccuracy = ResultJson.Of(point.ReportAccuracy),
        point.OverallAccuracy,
    };

    private static object Point(Kernel.V1.CascadePoint point) => new
    {
        point.Threshold,
        point.SelectionAccuracy,
        point.SelectionShare,
        reportAccuracy = ResultJson.Of(point.ReportAccuracy),
        kernelShare = point.ReportShare,
        kernelAccuracy = point.KernelAccuracy,
        point.OverallAccuracy,
        point.OverallShare,
        promptTokens = point.ReportCost,
    };

    /// <summary>Median and 95th percentile of the time of a call while others were under way.</summary>
    private static object Milliseconds(IEnumerable<PromptRecord> records)
    {
        double[] times = [.. records.Select(record => 1000 * record.Seconds).Order()];
        return new { median = Percentile.Of(times, 0.5), percentile95 = Percentile.Of(times, 0.95) };
    }
}
