using IclMesh.Inference.V1;

namespace IclMesh.Gateway.Analyses.Recording;

/// <summary>Records what the model expects after each prompt of a condition.</summary>
/// <remarks>Tensors: <c>next.tokens</c> and <c>next.probabilities</c>, [V'] each, the most probable first.</remarks>
internal sealed class NextTokenSeries(
    StudyContext study, Condition condition, DemonstrationSource source, InferenceService.InferenceServiceClient inference) : ISeries
{
    public const string Tokens = "next.tokens";
    public const string Probabilities = "next.probabilities";

    private readonly PromptWriter writer = new(study, condition, source);
    private readonly NextTokenReader reader = new(study, inference);

    public string Name => condition.Name;

    public IReadOnlyList<int> Rows => condition.Rows;

    public async Task<RecordedUnit> RecordAsync(int row, CancellationToken cancellationToken)
    {
        var shown = await writer.ShowAsync(row, cancellationToken);
        var expected = (await reader.ReadAsync(writer.Segments(row, shown), cancellationToken)).Tokens;
        var record = new PromptRecord
        {
            Row = row,
            Gold = study.Gold[row],
            Demonstrations = [.. shown.Select(pair => new ShownDemonstration(pair.Hit.Demonstration.Id, pair.Label, pair.Hit.Similarity))],
            NextTokens = [expected[0].Id],
        };

        // Token ids are below 2^24, so that 32-bit floats hold them exactly.
        return new(record, new Dictionary<string, NamedTensor>
        {
            [Tokens] = new([expected.Count], [.. expected.Select(token => (float)token.Id)]),
            [Probabilities] = new([expected.Count], [.. expected.Select(token => (float)Math.Exp(token.LogProbability))]),
        });
    }
}
