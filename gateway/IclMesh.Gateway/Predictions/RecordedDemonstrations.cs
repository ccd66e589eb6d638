using IclMesh.Gateway.Predict;
using IclMesh.Gateway.V1;

namespace IclMesh.Gateway.Predictions;

/// <summary>The demonstrations of a receipt, ready for a prompt again.</summary>
internal static class RecordedDemonstrations
{
    /// <summary>Those of a kept prediction, in its prompt's order.</summary>
    public static SelectedDemonstrations From(StoredPrediction kept) => new(
        From(kept.Response, new Verbalizer(kept.Request.Labels)),
        kept.Response.Rejections,
        kept.Response.Encoder,
        kept.Response.CollectionVersion,
        kept.Response.ExactSearch,
        kept.Response.Flags.Contains(PredictionFlag.FewerDemonstrations));

    /// <summary>Those of an answer, in its prompt's order.</summary>
    public static IReadOnlyList<PromptedDemonstration> From(PredictResponse answer, Verbalizer verbalizer) =>
    [
        .. answer.Demonstrations.Select(receipt => new PromptedDemonstration(
            new()
            {
                Demonstration = new() { Id = receipt.Id, Text = receipt.Text, Label = receipt.Label }, Similarity = receipt.Similarity, Reason = receipt.Reason,
            },
            verbalizer.IndexOf(receipt.Label))),
    ];
}
