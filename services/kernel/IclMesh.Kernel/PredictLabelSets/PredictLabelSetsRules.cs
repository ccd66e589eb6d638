using IclMesh.Kernel.V1;

namespace IclMesh.Kernel.PredictLabelSets;

internal static class PredictLabelSetsRules
{
    public static void Check(PredictLabelSetsRequest request)
    {
        var rules = new RequestRules();
        rules.Kernel("kernel", request.Kernel);
        rules.InRange("classes", request.Classes, 2, 10_000);
        if (rules.Samples("features", request.Features, minimumRows: 2) & rules.Samples("queries", request.Queries))
        {
            rules.Columns("queries", request.Queries, request.Features.ColumnCount());
            var rows = request.Features.RowCount();
            rules.Require(request.Labels.Count == rows, "labels", $"must hold one label per row, {rows}, has {request.Labels.Count}");
            if (request.Kernel?.Function == KernelFunction.KullbackLeibler)
            {
                rules.Distributions("features", request.Features);
                rules.Distributions("queries", request.Queries);
            }
        }

        for (var i = 0; i < request.Labels.Count; i++)
        {
            rules.InRange($"labels[{i}]", request.Labels[i], 0, request.Classes - 1);
        }

        if (request.HasErrorRate)
        {
            rules.Between("error_rate", request.ErrorRate, 0, 1);
        }

        if (request.HasCalibrationShare)
        {
            rules.Between("calibration_share", request.CalibrationShare, 0, 1);
        }

        rules.ThrowIfBroken();
    }
}
