using IclMesh.Kernel.Core.Kernels;
using IclMesh.Kernel.V1;

namespace IclMesh.Kernel.EvaluateKernel;

internal static class EvaluateKernelRules
{
    public static void Check(EvaluateKernelRequest request)
    {
        var rules = new RequestRules();
        var known = rules.Kernel("kernel", request.Kernel);
        if (rules.Samples("features", request.Features) & rules.Samples("queries", request.Queries))
        {
            rules.Columns("queries", request.Queries, request.Features.ColumnCount());
            rules.Require(
                request.Queries.IsSingle() == request.Features.IsSingle(), "queries", "must have the precision of the features");
            if (known && request.Kernel?.Function == KernelFunction.KullbackLeibler)
            {
                rules.Distributions("features", request.Features);
                rules.Distributions("queries", request.Queries);
            }
        }

        rules.Require(
            !known || !request.Logarithm || !new KernelSpec((request.Kernel?.Function ?? default).ToKind()).IsSigned,
            "logarithm",
            $"is not defined for {request.Kernel?.Function}, which can be negative");
        rules.ThrowIfBroken();
    }
}
