using IclMesh.Gateway.Analyses.Recording;
using IclMesh.Kernel.V1;

namespace IclMesh.Gateway.Analyses.Influence;

/// <summary>One-pass estimates of removal effects, correlated with the measured ones on the report rows.</summary>
/// <remarks>
/// <c>fitted</c> is a ridge regression of the measured effects of the selection rows on the head votes' effects, sign, similarity and distance;
/// its penalty is the one that predicts a held-out half of the selection rows best.
/// </remarks>
internal sealed class InfluenceEstimator(StudyContext study, KernelCalls kernel)
{
    private static readonly double[] Penalties = [0.1, 0.3, 1, 3, 10, 30, 100];

    public async Task<Dictionary<string, object?>> CorrelateAsync(IReadOnlyList<RemovedDemonstration> removed, CancellationToken cancellationToken)
    {
        var fit = removed.Where(one => !study.Reports(one.Row)).ToList();
        var report = removed.Where(one => study.Reports(one.Row)).ToList();
        var (fitted, penalty) = await FitAsync(fit, report, cancellationToken);
        return new()
        {
            ["labelSign"] = await CorrelateAsync(report, [.. report.Select(one => one.Sign)], cancellationToken),
            ["similarity"] = await CorrelateAsync(report, [.. report.Select(one => one.Sign * one.Similarity)], cancellationToken),
            ["meanAttention"] = await CorrelateAsync(report, [.. report.Select(one => one.HeadEffects.Average())], cancellationToken),
            ["mixture"] = await CorrelateAsync(report, [.. report.Select(one => one.MixtureEffect)], cancellationToken),
            ["fitted"] = await CorrelateAsync(report, fitted, cancellationToken),
            ["fittedPenalty"] = penalty,
        };
    }

    private async Task<(double[] Predicted, double Penalty)> FitAsync(
        List<RemovedDemonstration> fit, List<RemovedDemonstration> report, CancellationToken cancellationToken)
    {
        int[] rows = [.. fit.Select(one => one.Row).Distinct().Order()];
        var border = rows[rows.Length / 2];
        var (train, test) = (fit.Where(one => one.Row < border).ToList(), fit.Where(one => one.Row >= border).ToList());
        var best = (Loss: double.PositiveInfinity, Penalty: Penalties[0]);
        foreach (var penalty in Penalties)
        {
            var predicted = await PredictAsync(train, test, penalty, cancellationToken);
            var loss = test.Zip(predicted, (one, value) => (one.Effect - value) * (one.Effect - value)).Average();
            best = loss < best.Loss ? (loss, penalty) : best;
        }

        return (await PredictAsync(fit, report, best.Penalty, cancellationToken), best.Penalty);
    }

    private async Task<double[]> PredictAsync(
        List<RemovedDemonstration> fit, List<RemovedDemonstration> asked, double penalty, CancellationToken cancellationToken)
    {
        var request = new FitLinearProbeRequest
        {
            Features = new() { Fp64 = KernelCalls.Matrix([.. fit.Select(Features)]) },
            Targets = new() { Fp64 = KernelCalls.Matrix([.. fit.Select(one => new[] { one.Effect })]) },
            Queries = new() { Fp64 = KernelCalls.Matrix([.. asked.Select(Features)]) },
            Ridge = penalty,
        };
        return KernelCalls.Values((await kernel.FitAsync(request, cancellationToken)).Predictions);
    }

    private static double[] Features(RemovedDemonstration one) =>
        [.. one.HeadEffects, one.Sign, one.Sign * one.Similarity, one.Sign * one.Distance];

    private async Task<object?> CorrelateAsync(List<RemovedDemonstration> report, double[] estimates, CancellationToken cancellationToken)
    {
        var request = new CorrelateValuesRequest
        {
            X = { estimates },
            Y = { report.Select(one => one.Effect) },
            Groups = { report.Select(one => one.Row) },
            Seed = study.Seed,
        };
        var correlation = await kernel.CorrelateAsync(request, cancellationToken);
        return new { pearson = ResultJson.Of(correlation.Pearson), spearman = ResultJson.Of(correlation.Spearman) };
    }
}
