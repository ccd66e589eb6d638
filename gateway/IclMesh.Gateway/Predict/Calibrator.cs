using IclMesh.Gateway.Legs;
using IclMesh.Gateway.V1;
using IclMesh.Inference.V1;

namespace IclMesh.Gateway.Predict;

/// <summary>Scores texts without content behind a prediction's own demonstrations and calibrates with them.</summary>
internal sealed class Calibrator(PromptScorer scorer)
{
    /// <summary>The three texts of Zhao et al. 2021.</summary>
    private static readonly string[] DefaultInputs = ["N/A", "[MASK]", ""];

    /// <summary>The calibrated distribution; null where none was asked for.</summary>
    public async Task<Calibration?> CalibrateAsync(
        PredictRequest request,
        PromptBuilder prompt,
        IReadOnlyList<PromptedDemonstration> demonstrations,
        ScoreResponse scored,
        LegRecorder legs,
        CancellationToken cancellationToken)
    {
        if (request.Calibration != CalibrationMethod.Contextual)
        {
            return null;
        }

        IReadOnlyList<string> inputs = request.ContentFreeInputs.Count > 0 ? request.ContentFreeInputs : DefaultInputs;
        var contentFree = await legs.RunAsync(Leg.Calibrate, () => Task.WhenAll(inputs.Select(input =>
            scorer.ScoreAsync(request.Model, prompt, demonstrations, input, Leg.Calibrate, cancellationToken))));
        var (probabilities, prior) = ContextualCalibration.Apply(LogProbabilities(scored), [.. contentFree.Select(LogProbabilities)]);
        return new()
        {
            Label = prompt.LabelName(probabilities.Index().MaxBy(label => label.Item).Index),
            Probabilities = { probabilities },
            Prior = { prior },
            ContentFreeInputs = { inputs },
        };
    }

    private static double[] LogProbabilities(ScoreResponse scored) => [.. scored.Choices.Select(choice => choice.LogProbability)];
}
