using IclMesh.Kernel.CombinePredictions;
using IclMesh.Kernel.Core.Numerics;
using IclMesh.Kernel.V1;

namespace IclMesh.Kernel.PoolPredictions;

internal static class PoolPredictionsRules
{
    /// <summary>Checks a request before its matrices are copied.</summary>
    /// <returns>The model's log-probabilities, the kernel's shares, the smoothing.</returns>
    public static (DenseMatrix Model, DenseMatrix Shares, double Smoothing) Check(PoolPredictionsRequest request, WorkLimits limits)
    {
        var rules = new RequestRules();
        var (model, shares) = (request.ModelLogProbabilities ?? new(), request.KernelShares ?? new());
        var smoothing = request.HasSmoothing ? request.Smoothing : CombinePredictionsRules.DefaultSmoothing;
        rules.Doubles("model_log_probabilities", model, minimumRows: 1, minimumColumns: 2);
        rules.Doubles("kernel_shares", shares, minimumRows: 1, minimumColumns: 2);
        rules.Require(
            (shares.Rows, shares.Columns) == (model.Rows, model.Columns),
            "kernel_shares",
            $"must be [{model.Rows}, {model.Columns}] as model_log_probabilities, is [{shares.Rows}, {shares.Columns}]");
        rules.Require(request.Weight is >= 0 and <= 1, "weight", $"must lie in [0, 1], is {request.Weight}");
        rules.Positive("smoothing", smoothing);
        rules.ThrowIfBroken();
        limits.Admit(20.0 * model.Rows * model.Columns, 24.0 * model.Rows * model.Columns);

        var dense = shares.ToDense();
        rules.Distributions("kernel_shares", dense);
        rules.ThrowIfBroken();
        return (model.ToDense(), dense, smoothing);
    }
}
