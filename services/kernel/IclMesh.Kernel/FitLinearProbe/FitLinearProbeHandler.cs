using IclMesh.Kernel.Core.Estimators;
using IclMesh.Kernel.V1;

namespace IclMesh.Kernel.FitLinearProbe;

internal sealed class FitLinearProbeHandler(WorkLimits limits)
{
    public FitLinearProbeResponse Handle(FitLinearProbeRequest request, CancellationToken cancellationToken)
    {
        var rules = new RequestRules();
        if (rules.Samples("features", request.Features) & rules.Samples("targets", request.Targets))
        {
            rules.Rows("targets", request.Targets, request.Features.RowCount());
            if (request.Queries is not null && rules.Samples("queries", request.Queries))
            {
                rules.Columns("queries", request.Queries, request.Features.ColumnCount());
            }
        }

        rules.NotNegative("ridge", request.Ridge);
        rules.ThrowIfBroken();
        double rows = request.Features.RowCount();
        double columns = request.Features.ColumnCount();
        var smaller = Math.Min(rows, columns);
        limits.Admit((rows * columns * (smaller + request.Targets.ColumnCount())) + (smaller * smaller * smaller), 24 * ((rows * columns) + (smaller * smaller)));

        var fit = LinearRidge.Fit(request.Features.ToDense(), request.Targets.ToDense(), request.Ridge, request.Intercept, cancellationToken);
        return new()
        {
            Coefficients = fit.Coefficients.ToDoubles(),
            Intercepts = { fit.Intercept },
            Predictions = request.Queries is null ? null : fit.Predict(request.Queries.ToDense()).ToDoubles(),
        };
    }
}
