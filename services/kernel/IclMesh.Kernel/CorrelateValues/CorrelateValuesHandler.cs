using IclMesh.Kernel.Core.Numerics;
using IclMesh.Kernel.Core.Uncertainty;
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
        if (request.Groups.Count > 0)
        {
            rules.Require(request.Groups.Count == request.X.Count, "groups", $"must hold as many values as x, {request.X.Count}, has {request.Groups.Count}");
            rules.Require(request.Groups.Distinct().Count() >= 2, "groups", "must name 2 groups or more");
        }

        rules.ThrowIfBroken();
        limits.Admit((request.Groups.Count > 0 ? GroupBootstrap.Replicates : 1) * 20.0 * request.X.Count, 96.0 * request.X.Count);

        double[] x = [.. request.X];
        double[] y = [.. request.Y];
        if (request.Groups.Count > 0)
        {
            var bootstrap = new GroupBootstrap([.. request.Groups], request.Seed);
            return new()
            {
                Pearson = bootstrap.Correlation(x, y, Statistics.Pearson).ToMessage(),
                Spearman = bootstrap.Correlation(x, y, Statistics.Spearman).ToMessage(),
            };
        }

        return new()
        {
            Pearson = ConfidenceInterval.Correlation(Statistics.Pearson(x, y), x.Length).ToMessage(),
            Spearman = ConfidenceInterval.Correlation(Statistics.Spearman(x, y), x.Length).ToMessage(),
        };
    }
}
