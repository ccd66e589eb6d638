using IclMesh.Kernel.V1;

namespace IclMesh.Kernel.CombinePredictions;

internal sealed class CombinePredictionsHandler(WorkLimits limits)
{
    private const double DefaultError = 0.1;

    public CombinePredictionsResponse Handle(CombinePredictionsRequest request)
    {
        var combiner = CombinePredictionsRules.Check(request, limits);
        var pool = combiner.Pool();
        var cascade = combiner.Cascade();

        // MinBy and MaxBy keep the first of equals: the smallest weight, the smallest threshold.
        var chosen = cascade.MaxBy(point => point.SelectionAccuracy)!;
        return new()
        {
            ModelAccuracy = combiner.ModelAccuracy.ToMessage(),
            KernelAccuracy = combiner.KernelAccuracy.ToMessage(),
            Pool = { pool.Select(point => point.ToMessage()) },
            ChosenPool = pool.MinBy(point => point.SelectionLoss)!.ToMessage(),
            Cascade = { cascade.Select(point => point.ToMessage()) },
            ChosenCascade = chosen.ToMessage(),
            Conformal = combiner.Conformal(request.HasConformalError ? request.ConformalError : DefaultError).ToMessage(),
            Abstention = { combiner.Abstention(chosen).Select(point => point.ToMessage()) },
            ModelCost = combiner.ModelCost,
        };
    }
}
