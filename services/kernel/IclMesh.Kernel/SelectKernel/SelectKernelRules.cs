using IclMesh.Kernel.V1;

namespace IclMesh.Kernel.SelectKernel;

internal static class SelectKernelRules
{
    public static void Check(SelectKernelRequest request)
    {
        var rules = new RequestRules();
        if (rules.Samples("features", request.Features, minimumRows: 2) & rules.Samples("labels", request.Labels, minimumRows: 2, minimumColumns: 2))
        {
            var rows = request.Features.RowCount();
            rules.Rows("labels", request.Labels, rows);
            rules.InRange("folds", request.HasFolds ? request.Folds : Math.Min(5, rows), 2, rows);
            rules.Distributions("labels", request.Labels);
            if (request.Kernels.Any(kernel => kernel.Function == KernelFunction.KullbackLeibler))
            {
                rules.Distributions("features", request.Features);
            }
        }

        rules.InRange("kernels", request.Kernels.Count, 1, 100);
        for (var i = 0; i < request.Kernels.Count; i++)
        {
            rules.Kernel($"kernels[{i}]", request.Kernels[i]);
        }

        rules.Require(Enum.IsDefined(request.Loss), "loss", $"{(int)request.Loss} is not a loss");
        rules.ThrowIfBroken();
    }
}
