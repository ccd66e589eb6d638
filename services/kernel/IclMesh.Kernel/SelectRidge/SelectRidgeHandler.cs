using IclMesh.Kernel.Core.Kernels;
using IclMesh.Kernel.Core.Numerics;
using IclMesh.Kernel.Core.Selection;
using IclMesh.Kernel.V1;
using Microsoft.Extensions.Options;

namespace IclMesh.Kernel.SelectRidge;

internal sealed class SelectRidgeHandler(IOptions<KernelOptions> options, WorkLimits limits)
{
    public SelectRidgeResponse Handle(SelectRidgeRequest request, CancellationToken cancellationToken)
    {
        SelectRidgeRules.Check(request);
        double rows = request.Labels.RowCount();
        limits.Admit(
            rows * rows * ((10 * rows) + (request.Ridges.Count * (request.Labels.ColumnCount() + 1)) + (request.Features?.ColumnCount() ?? 0)), 48 * rows * rows);
        var spec = request.Kernel.ToSpec(options.Value.DefaultBandwidth);
        var kernel = request.Precomputed?.ToDense()
            ?? KernelMatrix.Evaluate(spec, request.Features!.ToDense().AsSamples(), request.Features!.ToDense().AsSamples(), cancellationToken);
        var curve = RidgePath.Create(kernel, request.Labels.ToDense(), cancellationToken)
            .Select([.. request.Ridges], isExact: !request.Generalised, cancellationToken);
        var response = new SelectRidgeResponse { Best = curve.Best, Criterion = curve.BestCriterion };
        response.Curve.AddRange(curve.Candidates.Select((ridge, i) => new CurvePoint { Candidate = ridge, Criterion = curve.Criteria[i] }));
        return response;
    }
}
