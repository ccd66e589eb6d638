using IclMesh.Kernel.Core.Numerics;
using IclMesh.Kernel.V1;

namespace IclMesh.Kernel.CorrelateValues;

internal sealed class CorrelateValuesHandler(WorkLimits limits)
{
    public CorrelateValuesResponse Handle(CorrelateValuesRequest request)
    {
        var rules = new RequestRules();
        rules.Require(request.X.Count >= 2, "x", $"must hold 2 values or more, has {request.X.Count}");
        rules.Require(request.Y.Count == request.X.Count, "y", $"must hold as many values as x, {request.X.Count}, has {request.Y.Count}");
        rules.Finite("x", request.X);
        rules.Finite("y", request.Y);
        rules.ThrowIfBroken();
        limits.Admit(20.0 * request.X.Count, 48.0 * request.X.Count);

        double[] x = [.. request.X];
        double[] y = [.. request.Y];
        return new()
        {
            Pearson = Core.Numerics.Interval.Correlation(Statistics.Pearson(x, y), x.Length).ToMessage(),
            Spearman = Core.Numerics.Interval.Correlation(Statistics.Spearman(x, y), x.Length).ToMessage(),
        };
    }
}
