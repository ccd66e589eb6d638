using System.Diagnostics;
using System.Diagnostics.Metrics;
using IclMesh.Inference.Core.Models;

namespace IclMesh.Inference.Telemetry;

/// <summary>Source, meter, and the name of every span, instrument and tag of the inference service.</summary>
/// <remarks>GenAI names are those of the OpenTelemetry semantic conventions 1.41. Prompt text is never recorded.</remarks>
internal sealed class InferenceTelemetry : IDisposable
{
    /// <summary>Name of source and meter.</summary>
    public const string Name = "IclMesh.Inference";

    private readonly ActivitySource source = new(Name);
    private readonly Meter meter;
    private readonly Histogram<double> duration;
    private readonly Counter<long> tokens;
    private readonly Counter<long> hitTokens;

    /// <summary>Registers the instruments.</summary>
    public InferenceTelemetry(IMeterFactory meters, ModelLibrary library)
    {
        meter = meters.Create(Name);
        duration = meter.CreateHistogram(
            "gen_ai.server.request.duration",
            "s",
            "Time from the arrival of a call to its answer.",
            advice: new InstrumentAdvice<double>
            {
                HistogramBucketBoundaries = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92],
            });
        tokens = meter.CreateCounter<long>("iclmesh.inference.tokens", "{token}", "Tokens read and scored.");
        hitTokens = meter.CreateCounter<long>("iclmesh.inference.cache.hit_tokens", "{token}", "Prompt tokens taken from the prefix cache.");
        meter.CreateObservableGauge("iclmesh.inference.queue.calls", () => library.Loaded.Sum(model => model.Calls), "{call}", "Calls inside, waiting ones included.");
        meter.CreateObservableGauge(
            "iclmesh.inference.cache.bytes", () => library.Loaded.Sum(model => model.Language?.CacheBytes ?? 0), "By", "Memory of the prefix caches.");
    }

    /// <summary>Starts the span of a model call.</summary>
    /// <param name="operation"><c>text_completion</c> or <c>embeddings</c>.</param>
    /// <param name="model">Model asked for.</param>
    public Activity? Start(string operation, string model) => source
        .StartActivity($"{operation} {model}", ActivityKind.Internal)
        ?.SetTag("gen_ai.operation.name", operation)
        .SetTag("gen_ai.provider.name", "iclmesh")
        .SetTag("gen_ai.request.model", model);

    /// <summary>Records a finished call.</summary>
    public void Record(Activity? span, string operation, string model, TimeSpan elapsed, int inputTokens, int outputTokens, int cachedTokens)
    {
        var tags = new TagList
        {
            { "gen_ai.operation.name", operation }, { "gen_ai.provider.name", "iclmesh" }, { "gen_ai.request.model", model },
        };
        duration.Record(elapsed.TotalSeconds, tags);
        tokens.Add(inputTokens, [.. tags, new("gen_ai.token.type", "input")]);
        if (outputTokens > 0)
        {
            tokens.Add(outputTokens, [.. tags, new("gen_ai.token.type", "output")]);
        }

        hitTokens.Add(cachedTokens, tags);
        span?.SetTag("gen_ai.response.model", model)
            .SetTag("gen_ai.usage.input_tokens", inputTokens)
            .SetTag("gen_ai.usage.output_tokens", outputTokens)
            .SetTag("gen_ai.usage.cache_read.input_tokens", cachedTokens);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        source.Dispose();
        meter.Dispose();
    }
}
