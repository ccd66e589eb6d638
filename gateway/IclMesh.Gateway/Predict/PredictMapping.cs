using IclMesh.Gateway.V1;
using IclMesh.Inference.V1;
using IclMesh.Kernel.V1;

namespace IclMesh.Gateway.Predict;

/// <summary>Puts the answers of the legs together into one receipt.</summary>
internal static class PredictMapping
{
    private const string AttentionView = "attention";
    private const string SimilarityView = "similarity";

    public static PredictResponse ToResponse(
        PredictRequest request,
        Verbalizer verbalizer,
        SelectedDemonstrations selected,
        ScoreResponse scored,
        IReadOnlyList<PromptedDemonstration> prompted,
        ExplainPredictionResponse? explanation,
        Google.Rpc.Status? explanationError,
        GatewayOptions options)
    {
        var best = scored.Choices.Index().MaxBy(choice => choice.Item.Probability).Index;
        var answer = new PredictResponse
        {
            Label = verbalizer.Name(best),
            Probabilities =
            {
                scored.Choices.Select((choice, label) => new LabelProbability
                {
                    Label = verbalizer.Name(label),
                    Probability = choice.Probability,
                    LogProbability = choice.LogProbability,
                }),
            },
            Demonstrations = { ToReceipts(prompted, verbalizer, scored, explanation) },
            DroppedDemonstrationIds = { scored.DroppedDemonstrationIds },
            Rejections = { selected.Rejections },
            ExplanationError = explanationError,
            Faithfulness = explanation?.Faithfulness,
            LabelMass = scored.ChoiceMass,
            Usage = scored.Usage,
            Model = scored.Model,
            Encoder = selected.Encoder,
            CollectionVersion = selected.CollectionVersion,
            ExactSearch = selected.Exact,
            LogitsHash = scored.LogitsHash,
        };
        if (explanation is not null)
        {
            answer.KernelViews.AddRange(explanation.Views);
        }

        if (request.Explanation == ExplanationLevel.Heads)
        {
            answer.Attention.AddRange(scored.Attention);
        }

        answer.Flags.AddRange(Flags(selected, scored, explanation, explanationError, options));
        return answer;
    }

    private static IEnumerable<DemonstrationReceipt> ToReceipts(
        IReadOnlyList<PromptedDemonstration> prompted, Verbalizer verbalizer, ScoreResponse scored, ExplainPredictionResponse? explanation)
    {
        var attention = explanation?.Views.FirstOrDefault(view => view.Name == AttentionView);
        var similarity = explanation?.Views.FirstOrDefault(view => view.Name == SimilarityView);
        var tokens = scored.Spans.Where(span => span.DemonstrationId.Length > 0).ToLookup(span => span.DemonstrationId, StringComparer.Ordinal);
        for (var i = 0; i < prompted.Count; i++)
        {
            var (hit, label) = prompted[i];
            var pieces = tokens[hit.Demonstration.Id].ToList();
            var receipt = new DemonstrationReceipt
            {
                Id = hit.Demonstration.Id,
                Text = hit.Demonstration.Text,
                Label = verbalizer.Name(label),
                Similarity = hit.Similarity,
                Reason = hit.Reason,
                TokenStart = pieces.Min(piece => piece.TokenStart),
                TokenCount = pieces.Sum(piece => piece.TokenCount),
            };
            if (attention is not null)
            {
                receipt.Weight = attention.Weights[i];
                receipt.Contribution = attention.Contributions[i];
                receipt.RemovalEffect = attention.RemovalEffects[i];
            }

            if (similarity is not null)
            {
                receipt.SimilarityWeight = similarity.Weights[i];
            }

            yield return receipt;
        }
    }

    private static IEnumerable<PredictionFlag> Flags(
        SelectedDemonstrations selected,
        ScoreResponse scored,
        ExplainPredictionResponse? explanation,
        Google.Rpc.Status? explanationError,
        GatewayOptions options)
    {
        if (explanation is { Weak: true })
        {
            yield return PredictionFlag.WeakExplanation;
        }

        if (explanation is { Views: [{ Agrees: false }, ..] })
        {
            yield return PredictionFlag.KernelDisagrees;
        }

        if (scored.ChoiceMass < options.LowLabelMass)
        {
            yield return PredictionFlag.LowLabelMass;
        }

        if (selected.Demonstrations.All(d => d.Hit.Similarity < options.OutOfDistributionSimilarity))
        {
            yield return PredictionFlag.OutOfDistribution;
        }

        if (scored.DroppedDemonstrationIds.Count > 0)
        {
            yield return PredictionFlag.DemonstrationsDropped;
        }

        if (selected.Fewer)
        {
            yield return PredictionFlag.FewerDemonstrations;
        }

        if (explanationError is not null)
        {
            yield return PredictionFlag.Partial;
        }
    }
}
