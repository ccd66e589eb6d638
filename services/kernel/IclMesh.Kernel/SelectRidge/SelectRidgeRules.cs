using IclMesh.Kernel.V1;

namespace IclMesh.Kernel.SelectRidge;

internal static class SelectRidgeRules
{
    public static void Check(SelectRidgeRequest request)
    {
        var rules = new RequestRules();
        rules.Kernel("kernel", request.Kernel);
        rules.Require(request.Kernel?.Function != KernelFunction.KullbackLeibler, "kernel.function", "must be symmetric for kernel ridge, the KL kernel is not");
        var labelled = rules.Samples("labels", request.Labels, minimumRows: 2);
        if (request.Features is not null)
        {
            rules.Require(request.Precomputed is null, "precomputed", "give features or precomputed, not both");
            if (rules.Samples("features", request.Features) && labelled)
            {
                rules.Rows("features", request.Features, request.Labels.RowCount());
            }
        }
        else if (rules.Samples("precomputed", request.Precomputed) && labelled)
        {
            rules.Rows("precomputed", request.Precomputed, request.Labels.RowCount());
            rules.Columns("precomputed", request.Precomputed, request.Labels.RowCount());
        }

        rules.InRange("ridges", request.Ridges.Count, 1, 1000);
        rules.Ascending("ridges", request.Ridges);
        for (var i = 0; i < request.Ridges.Count; i++)
        {
            rules.NotNegative($"ridges[{i}]", request.Ridges[i]);
        }

        rules.ThrowIfBroken();
    }
}
