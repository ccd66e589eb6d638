using IclMesh.Kernel.Core.Evaluation;
using IclMesh.Kernel.Core.Numerics;
using IclMesh.Kernel.V1;

namespace IclMesh.Kernel.PoolPredictions;

internal sealed class PoolPredictionsHandler(WorkLimits limits)
{
    public PoolPredictionsResponse Handle(PoolPredictionsRequest request)
    {
        var (model, shares, smoothing) = PoolPredictionsRules.Check(request, limits);
        var probabilities = new DenseMatrix(model.Rows, model.Columns);
        for (var q = 0; q < model.Rows; q++)
        {
            var row = probabilities.Row(q);
            LogLinearPool.Pool(model.Row(q), shares.Row(q), request.Weight, smoothing, row);
            foreach (ref var value in row)
            {
                value = Math.Exp(value);
            }
        }

        return new() { Probabilities = probabilities.ToDoubles() };
    }
}
