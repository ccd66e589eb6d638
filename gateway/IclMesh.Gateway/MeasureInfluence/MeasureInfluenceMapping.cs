using IclMesh.Gateway.Predict;
using IclMesh.Gateway.V1;
using IclMesh.Inference.V1;

namespace IclMesh.Gateway.MeasureInfluence;

internal static class MeasureInfluenceMapping
{
    /// <summary>What each demonstration changed: with it minus without it.</summary>
    /// <param name="prediction">With all demonstrations.</param>
    /// <param name="verbalizer">Names the labels.</param>
    /// <param name="without">One for each demonstration, in prompt order.</param>
    public static MeasureInfluenceResponse ToResponse(PredictResponse prediction, Verbalizer verbalizer, IReadOnlyList<ScoreResponse> without)
    {
        var all = prediction.Probabilities.Select(p => p.LogProbability).ToArray();
        var label = verbalizer.IndexOf(prediction.Label);
        var response = new MeasureInfluenceResponse { Prediction = prediction, Margin = Margin(all, label) };
        foreach (var (receipt, scored) in prediction.Demonstrations.Zip(without))
        {
            var rest = scored.Choices.Select(choice => choice.LogProbability).ToArray();
            response.Demonstrations.Add(new DemonstrationInfluence
            {
                Id = receipt.Id,
                LogProbabilityChanges = { all.Zip(rest, (with, left) => with - left) },
                MarginChange = response.Margin - Margin(rest, label),
                LabelWithout = verbalizer.Name(scored.Choices.Index().MaxBy(choice => choice.Item.Probability).Index),
            });
            response.PromptTokens += scored.Usage.PromptTokens;
            response.CachedTokens += scored.Usage.CachedTokens;
        }

        return response;
    }

    /// <summary>Log-probability of a label minus that of the best other one.</summary>
    private static double Margin(double[] logProbabilities, int label) =>
        logProbabilities[label] - logProbabilities.Where((_, other) => other != label).Max();
}
