using IclMesh.Kernel.Core.Evaluation;
using IclMesh.Kernel.V1;

namespace IclMesh.Kernel.CombinePredictions;

internal static class CombinePredictionsRules
{
    public const double DefaultSmoothing = 0.05;
    private const int Candidates = 41;

    /// <summary>Checks a request before its matrices are copied.</summary>
    public static PredictionCombiner Check(CombinePredictionsRequest request, WorkLimits limits)
    {
        var rules = new RequestRules();
        var (model, shares) = (request.ModelLogProbabilities ?? new(), request.KernelShares ?? new());
        var smoothing = request.HasSmoothing ? request.Smoothing : DefaultSmoothing;
        rules.Doubles("model_log_probabilities", model, minimumRows: 2, minimumColumns: 2);
        rules.Doubles("kernel_shares", shares, minimumRows: 2, minimumColumns: 2);
        rules.Require(
            (shares.Rows, shares.Columns) == (model.Rows, model.Columns),
            "kernel_shares",
            $"must be [{model.Rows}, {model.Columns}] as model_log_probabilities, is [{shares.Rows}, {shares.Columns}]");
        rules.InRange("selection_rows", request.SelectionRows, 1, Math.Max(1, model.Rows - 1));
        rules.Positive("smoothing", smoothing);
        rules.Require(
            !request.HasConformalError || request.ConformalError is > 0 and < 1,
            "conformal_error",
            $"must lie between 0 and 1, is {request.ConformalError}");
        rules.ThrowIfBroken();
        limits.Admit(20.0 * Candidates * model.Rows * model.Columns, 32.0 * model.Rows * model.Columns);

        rules.Labels("gold", request.Gold, model.Rows, model.Columns);
        var dense = shares.ToDense();
        rules.Distributions("kernel_shares", dense);
        rules.Require(request.Costs.Count == 0 || request.Costs.Count == model.Rows, "costs", $"must hold one cost per row, {model.Rows}, or none, has {request.Costs.Count}");
        for (var i = 0; i < request.Costs.Count; i++)
        {
            rules.Require(double.IsFinite(request.Costs[i]) && request.Costs[i] >= 0, $"costs[{i}]", $"must be finite and not negative, is {request.Costs[i]}");
        }

        rules.ThrowIfBroken();
        return new(model.ToDense(), dense, [.. request.Gold], request.SelectionRows, smoothing, [.. request.Costs]);
    }
}
