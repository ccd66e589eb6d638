using IclMesh.Inference.Core.Models;
using IclMesh.Inference.Messages;
using IclMesh.Inference.Telemetry;
using IclMesh.Inference.V1;

namespace IclMesh.Inference.Embed;

/// <summary>Embeds texts with a sentence encoder.</summary>
internal sealed class EmbedHandler(ModelLibrary library, InferenceTelemetry telemetry, TimeProvider time)
{
    private const string Operation = "embeddings";

    /// <summary>Most texts of one call.</summary>
    public const int MaxTexts = 1024;

    /// <summary>Handles one call.</summary>
    public async Task<EmbedResponse> HandleAsync(EmbedRequest request, CancellationToken cancellationToken)
    {
        Check(request);
        using var span = telemetry.Start(Operation, request.Model);
        var start = time.GetTimestamp();
        using var lease = await library.LeaseAsync(request.Model, cancellationToken);
        var encoder = lease.Encoder;

        var outcome = await encoder.EmbedAsync(request.Texts, request.HasPromptName ? request.PromptName : null, cancellationToken);

        var features = encoder.Source.Configuration.HiddenSize;
        var response = new EmbedResponse
        {
            Embeddings = new()
            {
                Rows = outcome.Vectors.Count,
                Columns = features,
                Values = outcome.Vectors.SelectMany(vector => vector).ToArray().ToLittleEndian(),
            },
            CachedTexts = outcome.CachedTexts,
            PromptName = outcome.PromptName,
            Model = encoder.Source.Reference("fp32", encoder.Provider),
        };
        response.TokenCounts.AddRange(outcome.TokenCounts);
        response.Truncated.AddRange(outcome.Truncated);
        response.Timings.AddRange(outcome.Times.Timings("embed"));
        telemetry.Record(span, Operation, request.Model, time.GetElapsedTime(start), outcome.TokenCounts.Sum(), 0, 0);
        span?.SetTag("gen_ai.embeddings.dimension.count", features);
        return response;
    }

    private static void Check(EmbedRequest request)
    {
        var rules = new RequestRules();
        rules.NotBlank("model", request.Model);
        rules.InRange("texts", request.Texts.Count, 1, MaxTexts);
        for (var index = 0; index < request.Texts.Count; index++)
        {
            rules.NotBlank($"texts[{index}]", request.Texts[index]);
        }

        rules.ThrowIfBroken();
    }
}
