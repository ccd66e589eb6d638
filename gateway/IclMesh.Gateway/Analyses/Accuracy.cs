using IclMesh.Gateway.Analyses.Recording;

namespace IclMesh.Gateway.Analyses;

/// <summary>Accuracy of recorded predictions as part of a result.</summary>
internal static class Accuracy
{
    /// <summary>How often the model predicts given labels, as part of a result.</summary>
    public static async Task<object?> AgreementAsync(
        KernelCalls kernel, IReadOnlyList<PromptRecord> records, IReadOnlyList<int> labels, CancellationToken cancellationToken) =>
        ResultJson.Of((await kernel.MeasureAsync([.. records.Select(r => r.Probabilities)], records.Select(r => r.Gold), labels, cancellationToken)).Agreement);

    /// <summary>Measures the model's predictions, if asked against other predictions of the same rows.</summary>
    public static async Task<object> OfAsync(
        KernelCalls kernel, IReadOnlyList<PromptRecord> records, IReadOnlyList<int>? baseline, CancellationToken cancellationToken)
    {
        var measured = await kernel.MeasureAsync([.. records.Select(r => r.Probabilities)], records.Select(r => r.Gold), baseline, cancellationToken);
        return new
        {
            rows = records.Count,
            accuracy = ResultJson.Of(measured.Accuracy),
            majority = measured.Majority,
            macroF1 = measured.MacroF1,
            logLoss = measured.LogLoss,
            calibrationError = measured.CalibrationError,
            labelMass = records.Average(r => r.LabelMass),
            promptTokens = records.Average(r => (double)r.PromptTokens),
            differenceFromBase = ResultJson.Of(measured.Difference),
            agreementWithBase = ResultJson.Of(measured.Agreement),
            reliability = measured.Bins.Select(bin => new { bin.Low, bin.High, bin.Count, bin.Confidence, accuracy = ResultJson.Of(bin.Accuracy) }),
        };
    }
}
