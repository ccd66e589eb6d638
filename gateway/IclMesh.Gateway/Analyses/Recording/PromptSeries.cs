using System.Diagnostics;
using System.Runtime.InteropServices;
using IclMesh.Gateway.Legs;
using IclMesh.Inference.V1;

namespace IclMesh.Gateway.Analyses.Recording;

/// <summary>Records what the model predicts for every row of a condition, and its attention pooled per demonstration.</summary>
internal sealed class PromptSeries(
    StudyContext study, Condition condition, DemonstrationSource source, InferenceService.InferenceServiceClient inference) : ISeries
{
    private readonly PromptWriter writer = new(study, condition, source);

    public string Name => condition.Name;

    public IReadOnlyList<int> Rows => condition.Rows;

    public async Task<RecordedUnit> RecordAsync(int row, CancellationToken cancellationToken)
    {
        var shown = await writer.ShowAsync(row, cancellationToken);
        var start = Stopwatch.GetTimestamp();
        using var scoring = inference.ScoreAsync(writer.Score(row, shown), cancellationToken: cancellationToken);
        var scored = await Leg.NameFailures(Leg.Score, scoring.ResponseAsync, cancellationToken);
        var elapsed = Stopwatch.GetElapsedTime(start);
        var dropped = scored.DroppedDemonstrationIds.ToHashSet(StringComparer.Ordinal);
        var record = new PromptRecord
        {
            Row = row,
            Gold = study.Gold[row],
            Demonstrations =
            [
                .. shown.Where(pair => !dropped.Contains(pair.Hit.Demonstration.Id))
                    .Select(pair => new ShownDemonstration(pair.Hit.Demonstration.Id, pair.Label, pair.Hit.Similarity)),
            ],
            LogProbabilities = [.. scored.Choices.Select(choice => choice.LogProbability)],
            Probabilities = [.. scored.Choices.Select(choice => choice.Probability)],
            LabelMass = scored.ChoiceMass,
            PromptTokens = scored.Usage.PromptTokens,
            Seconds = elapsed.TotalSeconds,
        };
        var tensors = scored.Attention.ToDictionary(
            attention => Quantity(attention.Pooling),
            attention => new NamedTensor([.. attention.Values.Shape], MemoryMarshal.Cast<byte, float>(attention.Values.Values.Span).ToArray()));
        return new(record, tensors);
    }

    /// <summary>Name of pooled attention in the record.</summary>
    public static string Quantity(AttentionPooling pooling) => $"attention.{pooling.ToString().ToLowerInvariant()}";
}
