using IclMesh.Kernel.Core.Selection;
using IclMesh.Kernel.V1;
using Microsoft.Extensions.Options;
using Loss = IclMesh.Kernel.Core.Selection.HeldOutLoss;

namespace IclMesh.Kernel.SelectKernel;

internal sealed class SelectKernelHandler(IOptions<KernelOptions> options, WorkLimits limits)
{
    public SelectKernelResponse Handle(SelectKernelRequest request, CancellationToken cancellationToken)
    {
        SelectKernelRules.Check(request);
        double rows = request.Features.RowCount();
        double columns = request.Features.ColumnCount() + request.Labels.ColumnCount();
        limits.Admit(request.Kernels.Count * rows * rows * columns, 40 * rows * columns);
        var loss = request.Loss switch
        {
            V1.HeldOutLoss.Logarithmic => Loss.Logarithmic,
            V1.HeldOutLoss.ZeroOne => Loss.ZeroOne,
            _ => Loss.Squared,
        };
        var (losses, errors, best) = KernelSelector.Select(
            [.. request.Kernels.Select(kernel => kernel.ToSpec(options.Value.DefaultBandwidth))],
            request.Features.ToDense(),
            request.Labels.ToDense(),
            loss,
            request.HasFolds ? request.Folds : Math.Min(5, request.Features.RowCount()),
            request.Seed,
            cancellationToken);
        return new() { Best = best, Losses = { losses }, StandardErrors = { errors } };
    }
}
