using System.Collections.Concurrent;
using IclMesh.Inference.V1;

namespace IclMesh.Gateway.Analyses.Recording;

/// <summary>Records what the model expects after each text of a prompt, run alone (paper, equation 9).</summary>
/// <remarks>
/// Tensor <c>distributions</c> [N + 1, V' + N + 1], the query first: probabilities of the tokens that are among the 1,000 most probable of any text
/// of the prompt. What a text expects beyond its own 1,000 stands in a column of its own, so that rows sum to 1; inner products miss at most
/// the product of two such rests.
/// </remarks>
internal sealed class AloneSeries(
    StudyContext study, Condition condition, DemonstrationSource source, InferenceService.InferenceServiceClient inference, int rows) : ISeries
{
    private readonly PromptWriter writer = new(study, condition, source);
    private readonly NextTokenReader reader = new(study, inference);
    private readonly ConcurrentDictionary<string, Task<LensReading>> readings = new(StringComparer.Ordinal);

    public string Name => "alone";

    public IReadOnlyList<int> Rows => [.. condition.Rows.Take(rows)];

    public async Task<RecordedUnit> RecordAsync(int row, CancellationToken cancellationToken)
    {
        var shown = await writer.ShowAsync(row, cancellationToken);
        var texts = shown.Select(pair => pair.Hit.Demonstration.Text).Prepend(study.Study.Rows[row].Text).ToList();
        var expected = new List<LensReading>();
        foreach (var text in texts)
        {
            expected.Add(await ReadAsync(text, cancellationToken));
        }

        var columns = expected.SelectMany(reading => reading.Tokens).Select(token => token.Id).Distinct().Order()
            .Select((id, column) => (id, column)).ToDictionary(pair => pair.id, pair => pair.column);
        var width = columns.Count + texts.Count;
        var probabilities = new float[texts.Count * width];
        foreach (var (index, reading) in expected.Index())
        {
            var rest = 1.0;
            foreach (var token in reading.Tokens)
            {
                var probability = Math.Exp(token.LogProbability);
                probabilities[(index * width) + columns[token.Id]] = (float)probability;
                rest -= probability;
            }

            probabilities[(index * width) + columns.Count + index] = (float)Math.Max(0, rest);
        }

        var record = new PromptRecord
        {
            Row = row,
            Gold = study.Gold[row],
            Demonstrations = [.. shown.Select(pair => new ShownDemonstration(pair.Hit.Demonstration.Id, pair.Label, pair.Hit.Similarity))],
            NextTokens = [.. expected.Select(reading => reading.Tokens[0].Id)],
        };
        return new(record, new Dictionary<string, NamedTensor> { ["distributions"] = new([texts.Count, width], probabilities) });
    }

    private async Task<LensReading> ReadAsync(string text, CancellationToken cancellationToken)
    {
        try
        {
            return await readings.GetOrAdd(text, _ => reader.ReadAsync([new Segment { Kind = SegmentKind.Query, Text = text }], cancellationToken));
        }
        catch
        {
            // A failure is not kept: the text will be tried again.
            readings.TryRemove(text, out _);
            throw;
        }
    }
}
