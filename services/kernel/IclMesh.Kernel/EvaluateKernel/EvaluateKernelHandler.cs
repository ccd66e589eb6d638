using System.Numerics.Tensors;
using IclMesh.Kernel.Core.Kernels;
using IclMesh.Kernel.Core.Numerics;
using IclMesh.Kernel.V1;
using Microsoft.Extensions.Options;

namespace IclMesh.Kernel.EvaluateKernel;

internal sealed class EvaluateKernelHandler(IOptions<KernelOptions> options, WorkLimits limits)
{
    public EvaluateKernelResponse Handle(EvaluateKernelRequest request, CancellationToken cancellationToken)
    {
        EvaluateKernelRules.Check(request);
        var pairs = (double)request.Queries.RowCount() * request.Features.RowCount();
        limits.Admit(pairs * request.Features.ColumnCount(), 16 * pairs);
        var spec = request.Kernel.ToSpec(options.Value.DefaultBandwidth);
        var values = request.Features.IsSingle()
            ? KernelMatrix.Evaluate(spec, request.Queries.Fp32.ToSamples(), request.Features.Fp32.ToSamples(), cancellationToken)
            : KernelMatrix.Evaluate(spec, request.Queries.ToDense().AsSamples(), request.Features.ToDense().AsSamples(), cancellationToken);
        if (request.Logarithm)
        {
            TensorPrimitives.Log<double>(values.Values, values.Values);
        }

        return new() { Values = values.ToDoubles() };
    }
}
