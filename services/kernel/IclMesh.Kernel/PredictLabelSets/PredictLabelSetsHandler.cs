using IclMesh.Kernel.Core.Uncertainty;
using IclMesh.Kernel.V1;
using Microsoft.Extensions.Options;

namespace IclMesh.Kernel.PredictLabelSets;

internal sealed class PredictLabelSetsHandler(IOptions<KernelOptions> options, WorkLimits limits)
{
    public PredictLabelSetsResponse Handle(PredictLabelSetsRequest request, CancellationToken cancellationToken)
    {
        PredictLabelSetsRules.Check(request);
        double rows = request.Features.RowCount();
        double columns = request.Features.ColumnCount() + request.Classes;
        limits.Admit((rows + request.Queries.RowCount()) * rows * columns, 40 * (rows + request.Queries.RowCount()) * columns);
        var result = ConformalRegression.Run(
            request.Kernel.ToSpec(options.Value.DefaultBandwidth),
            request.Features.ToDense(),
            [.. request.Labels],
            request.Classes,
            request.Queries.ToDense(),
            request.HasErrorRate ? request.ErrorRate : 0.1,
            request.HasCalibrationShare ? request.CalibrationShare : 0.5,
            request.Seed,
            cancellationToken);
        var response = new PredictLabelSetsResponse
        {
            Probabilities = result.Probabilities.ToDoubles(),
            Threshold = result.Threshold,
            CalibrationRows = result.CalibrationRows,
        };
        response.Sets.AddRange(result.Sets.Select(set => new LabelSet { Classes = { set } }));
        return response;
    }
}
