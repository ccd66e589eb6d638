using IclMesh.Gateway.V1;
using IclMesh.Inference.V1;

namespace IclMesh.Cli.Predict;

/// <summary>A prediction as the command line's JSON spells it.</summary>
internal static class PredictionJson
{
    public static object From(PredictResponse answer) => new
    {
        answer.Label,
        Probabilities = answer.Probabilities.ToDictionary(p => p.Label, p => p.Probability),
        LogProbabilities = answer.Probabilities.ToDictionary(p => p.Label, p => p.LogProbability),
        Demonstrations = answer.Demonstrations.Select(d => new
        {
            d.Id,
            d.Text,
            d.Label,
            d.Similarity,
            Weight = d.HasWeight ? d.Weight : (double?)null,
            Contribution = d.HasContribution ? d.Contribution : (double?)null,
            RemovalEffect = d.HasRemovalEffect ? d.RemovalEffect : (double?)null,
            SimilarityWeight = d.HasSimilarityWeight ? d.SimilarityWeight : (double?)null,
            d.Reason,
            d.TokenStart,
            d.TokenCount,
        }),
        Dropped = answer.DroppedDemonstrationIds,
        Rejected = answer.Rejections.Select(r => new { r.Id, r.Reason, r.Similarity }),
        Kernel = answer.KernelViews.Select(view => new { view.Name, view.Agrees, view.EffectiveCount, view.Probabilities }),
        Faithfulness = answer.Faithfulness is { } f ? new { f.Agreement, f.Low, f.High, f.NullAgreement, f.Prompts } : null,
        Calibration = answer.Calibration is { } c
            ? new
            {
                c.Label,
                Probabilities = answer.Probabilities.Zip(c.Probabilities).ToDictionary(pair => pair.First.Label, pair => pair.Second),
                Prior = answer.Probabilities.Zip(c.Prior).ToDictionary(pair => pair.First.Label, pair => pair.Second),
                c.ContentFreeInputs,
            }
            : null,
        Combined = answer.Combined is { } together
            ? new
            {
                together.Label,
                together.Abstained,
                AnsweredBy = together.AnsweredBy.ToString(),
                together.Probabilities,
                together.KernelLabel,
                together.KernelShares,
                together.Neighbours,
                together.MeanSimilarity,
            }
            : null,
        Task = answer.Task.Length > 0 ? new { Name = answer.Task, Version = answer.TaskVersion } : null,
        Flags = answer.Flags.Select(flag => flag.ToString()),
        ExplanationError = answer.ExplanationError?.Message,
        answer.LabelMass,
        Usage = new { answer.Usage.PromptTokens, answer.Usage.CachedTokens, answer.Usage.CompletionTokens },
        Timings = answer.Timings.ToDictionary(timing => timing.Leg, timing => timing.Duration.ToTimeSpan().TotalMilliseconds),
        Model = answer.Model is { } model ? Reference(model) : null,
        Encoder = Reference(answer.Encoder),
        answer.CollectionVersion,
        answer.ExactSearch,
        answer.LogitsHash,
        answer.TraceId,
        PredictionId = answer.PredictionId.Length > 0 ? answer.PredictionId : null,
    };

    public static object Reference(ModelReference model) => new { model.Name, model.Version, model.Precision, model.Provider };
}
