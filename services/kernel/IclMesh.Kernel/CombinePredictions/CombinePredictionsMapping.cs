using IclMesh.Kernel.V1;

namespace IclMesh.Kernel.CombinePredictions;

internal static class CombinePredictionsMapping
{
    public static PoolPoint ToMessage(this Core.Evaluation.PoolPoint point) => new()
    {
        Weight = point.Weight,
        SelectionLoss = point.SelectionLoss,
        SelectionAccuracy = point.SelectionAccuracy,
        ReportAccuracy = point.ReportAccuracy.ToMessage(),
        OverallAccuracy = point.OverallAccuracy,
    };

    public static CascadePoint ToMessage(this Core.Evaluation.CascadePoint point) => new()
    {
        Threshold = point.Threshold,
        SelectionAccuracy = point.SelectionAccuracy,
        SelectionShare = point.SelectionShare,
        ReportAccuracy = point.ReportAccuracy.ToMessage(),
        ReportShare = point.ReportShare,
        KernelAccuracy = point.KernelAccuracy,
        OverallAccuracy = point.OverallAccuracy,
        OverallShare = point.OverallShare,
        ReportCost = point.ReportCost,
    };

    public static AbstentionPoint ToMessage(this Core.Evaluation.AbstentionPoint point) => new()
    {
        MinimumProbability = point.MinimumProbability,
        ReportCoverage = point.ReportCoverage,
        ReportAccuracy = point.ReportAccuracy?.ToMessage(),
    };

    public static ConformalCascade ToMessage(this Core.Evaluation.ConformalCascade cascade) => new()
    {
        Threshold = cascade.Threshold,
        Coverage = cascade.Coverage.ToMessage(),
        ReportShare = cascade.ReportShare,
        ReportAccuracy = cascade.ReportAccuracy.ToMessage(),
    };
}
