using IclMesh.Gateway.Analyses.Recording;

namespace IclMesh.Gateway.Analyses.Practice;

/// <summary>Looks for the order of one set of demonstrations that serves best: chosen on the selection rows, reported on the others.</summary>
/// <remarks>How much order matters: Y. Lu et al., "Fantastically Ordered Prompts and Where to Find Them", 2022.</remarks>
internal sealed class OrderSearch(StudyContext study, KernelCalls kernel)
{
    /// <summary>The set in one of its orders; 0 is that of retrieval.</summary>
    public static Condition Condition(StudyContext study, int order) => study.Base with { Name = $"fixed.{order}", Fixed = true, Order = order };

    public async Task<object> ComputeAsync(Trace trace, int orders, CancellationToken cancellationToken)
    {
        var tried = new List<(double Selection, object OnSelection, object OnReport, double Report)>();
        for (var order = 0; order < orders; order++)
        {
            var records = (await trace.ReadAsync(Condition(study, order).Name, cancellationToken)).Select(unit => unit.Record).ToLookup(record => study.Reports(record.Row));
            var selection = await MeasureAsync([.. records[false]], cancellationToken);
            var report = await MeasureAsync([.. records[true]], cancellationToken);
            tried.Add((selection.Estimate, ResultJson.Of(selection)!, ResultJson.Of(report)!, report.Estimate));
        }

        // MaxBy keeps the first of equals.
        var chosen = tried.Index().MaxBy(order => order.Item.Selection).Index;
        return new
        {
            orders = tried.Select(order => new { selection = order.OnSelection, report = order.OnReport }),
            chosen,
            chosenOnReport = tried[chosen].OnReport,
            reportRange = new { lowest = tried.Min(order => order.Report), mean = tried.Average(order => order.Report), highest = tried.Max(order => order.Report) },
        };
    }

    private async Task<Kernel.V1.Interval> MeasureAsync(List<PromptRecord> records, CancellationToken cancellationToken) =>
        (await kernel.MeasureAsync([.. records.Select(record => record.Probabilities)], records.Select(record => record.Gold), baseline: null, cancellationToken)).Accuracy;
}
