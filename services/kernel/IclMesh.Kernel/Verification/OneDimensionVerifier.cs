using System.Text.Json;
using IclMesh.Kernel.V1;

namespace IclMesh.Kernel.Verification;

/// <summary>Smoothers of one variable and the bandwidths chosen for them, against statsmodels.</summary>
/// <remarks>
/// Two conventions of statsmodels are followed: its Nadaraya-Watson derivative is 2/N of the derivative proper, and its AICc takes the trace of
/// Nadaraya-Watson for local linear fits too.
/// </remarks>
internal sealed class OneDimensionVerifier(KernelService.KernelServiceClient kernel, DifferenceTracker differences)
{
    private const double BandwidthTolerance = 0.01;

    /// <summary>Runs every case of the group.</summary>
    public async Task RunAsync(JsonElement group, CancellationToken cancellationToken)
    {
        var features = group.GetProperty("x").Samples(single: false);
        var targets = group.GetProperty("y").Samples(single: false);
        var queries = group.GetProperty("queries").Samples(single: false);
        foreach (var item in group.GetProperty("cases").EnumerateArray())
        {
            var isLocal = item.GetProperty("estimator").GetString() switch
            {
                "local_linear" => true,
                "nadaraya_watson" => false,
                var other => throw MeshException.Invalid("golden", $"estimator '{other}' is not known"),
            };
            var name = isLocal ? "local linear" : "Nadaraya-Watson";
            if (item.TryGetProperty("selected_by", out var criterion))
            {
                await VerifySelectionAsync(item, criterion.GetString()!, isLocal, features, targets, cancellationToken);
                continue;
            }

            var scale = new V1.Kernel { Bandwidth = item.GetProperty("bandwidth").GetDouble() };
            var request = new RunRegressionRequest
            {
                FeatureData = new() { Features = features, Queries = queries },
                Labels = targets,
                Kernel = scale,
                Gradients = true,
            };
            if (isLocal)
            {
                request.LocalLinear = new();
            }

            var fit = await kernel.RunRegressionAsync(request, cancellationToken: cancellationToken);
            var label = $"{name} h={scale.Bandwidth}";
            differences.Compare("one dimension: mean", label, item.GetProperty("mean").Numbers(), fit.Predictions.Values(), KernelVerifier.Tolerance64);
            var factor = isLocal ? 1 : 2.0 / targets.Fp64.Rows;
            differences.Compare(
                "one dimension: derivative", label, item.GetProperty("derivative").Numbers(), [.. fit.Gradients.Values().Select(g => factor * g)], KernelVerifier.Tolerance64);
            var loo = await MeasureAsync(BandwidthCriterion.LeaveOneOut, scale.Bandwidth, isLocal, features, targets, cancellationToken);
            var aicc = await MeasureAsync(BandwidthCriterion.AiccLocalConstantTrace, scale.Bandwidth, isLocal, features, targets, cancellationToken);
            differences.Compare("one dimension: leave-one-out", label, item.GetProperty("loo_mean_squared_error").Numbers(), [loo.Criterion], KernelVerifier.Tolerance64);
            differences.Compare("one dimension: AICc", label, item.GetProperty("aicc").Numbers(), [aicc.Criterion], KernelVerifier.Tolerance64);
            differences.Compare("one dimension: R2", label, item.GetProperty("r_squared").Numbers(), [loo.RSquared], KernelVerifier.Tolerance64);
        }
    }

    private async Task<SelectBandwidthResponse> MeasureAsync(
        BandwidthCriterion criterion, double bandwidth, bool isLocal, Samples features, Samples targets, CancellationToken cancellationToken) =>
        await kernel.SelectBandwidthAsync(
            new()
            {
                Features = features,
                Labels = targets,
                LocalLinear = isLocal,
                Criterion = criterion,
                List = new() { Bandwidths = { bandwidth } },
            },
            cancellationToken: cancellationToken);

    private async Task VerifySelectionAsync(
        JsonElement item, string criterion, bool isLocal, Samples features, Samples targets, CancellationToken cancellationToken)
    {
        var range = item.GetProperty("search_range").Numbers();
        var chosen = await kernel.SelectBandwidthAsync(
            new()
            {
                Features = features,
                Labels = targets,
                LocalLinear = isLocal,
                Criterion = criterion switch
                {
                    "leave_one_out_least_squares" => BandwidthCriterion.LeaveOneOut,
                    "aicc" => BandwidthCriterion.AiccLocalConstantTrace,
                    _ => throw MeshException.Invalid("golden", $"criterion '{criterion}' is not known"),
                },
                Range = new() { Low = range[0], High = range[1], Count = 40 },
                Refine = true,
            },
            cancellationToken: cancellationToken);
        var expected = item.GetProperty("selected_bandwidth").GetDouble();

        // A better minimum than the reference found is no difference; ties of the criterion to nine digits are none either.
        var objective = item.GetProperty("objective").GetDouble();
        var isNoWorse = chosen.Criterion <= objective + (KernelVerifier.Tolerance64 * Math.Abs(objective));
        var difference = isNoWorse ? 0 : Math.Abs(chosen.Best - expected) / expected;
        var name = $"{(isLocal ? "local linear" : "Nadaraya-Watson")} by {criterion}: {chosen.Best:g6}, expected {expected:g6}";
        differences.Record("one dimension: selected bandwidth", name, difference, BandwidthTolerance);
    }
}
