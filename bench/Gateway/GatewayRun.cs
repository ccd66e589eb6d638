using IclMesh.Gateway.V1;
using IclMesh.Inference.V1;

namespace IclMesh.Bench.Gateway;

/// <summary>The same rows, through the gateway or as the score requests that it sends to the engine.</summary>
internal sealed class GatewayRun(
    GatewayService.GatewayServiceClient gateway, InferenceService.InferenceServiceClient inference, PredictRequest shared, IReadOnlyList<string> inputs)
{
    /// <summary>Requests under way at once: enough to keep every core busy while one prediction searches.</summary>
    public int Concurrency { get; } = 4 * Environment.ProcessorCount;

    public async Task<PredictResponse[]> PredictAsync(int concurrency, CancellationToken cancellationToken)
    {
        var answers = new PredictResponse[inputs.Count];
        await Parallel.ForAsync(0, inputs.Count, new ParallelOptions { MaxDegreeOfParallelism = concurrency, CancellationToken = cancellationToken }, async (i, token) =>
        {
            var request = shared.Clone();
            request.Input = inputs[i];
            answers[i] = await gateway.PredictAsync(request, cancellationToken: token);
        });
        return answers;
    }

    public Task ScoreAsync(IReadOnlyList<ScoreRequest> requests, CancellationToken cancellationToken) =>
        Parallel.ForEachAsync(requests, new ParallelOptions { MaxDegreeOfParallelism = Concurrency, CancellationToken = cancellationToken }, async (request, token) =>
            await inference.ScoreAsync(request, cancellationToken: token));

    /// <summary>What the gateway asked the engine for.</summary>
    public IReadOnlyList<ScoreRequest> ToScores(IEnumerable<PredictResponse> answers) => [.. inputs.Zip(answers, ToScore)];

    private ScoreRequest ToScore(string input, PredictResponse answer)
    {
        var template = answer.Template;
        var request = new ScoreRequest
        {
            Model = shared.Model,
            Choices = { shared.Labels.Select(label => Label(label.Name)) },
            Attention = new() { Poolings = { AttentionPooling.Label } },
        };
        foreach (var demonstration in answer.Demonstrations)
        {
            Add(SegmentKind.DemonstrationInput, Input(demonstration.Text), demonstration.Id);
            Add(SegmentKind.DemonstrationLabel, Label(demonstration.Label), demonstration.Id);
            Add(SegmentKind.Separator, template.Separator, demonstration.Id);
        }

        Add(SegmentKind.Query, Input(input), "");
        return request;

        string Input(string text) => template.Input.Replace("{text}", text, StringComparison.Ordinal);

        string Label(string name) => template.Label.Replace("{label}", shared.Labels.Single(label => label.Name == name).Word is { Length: > 0 } word ? word : name, StringComparison.Ordinal);

        void Add(SegmentKind kind, string text, string id)
        {
            if (text.Length > 0)
            {
                request.Segments.Add(new Segment { Kind = kind, Text = text, DemonstrationId = id, RecognizeSpecialTokens = true });
            }
        }
    }
}
