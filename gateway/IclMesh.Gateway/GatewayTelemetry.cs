using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace IclMesh.Gateway;

/// <summary>The gateway's spans and instruments; the names are listed in docs/telemetry.md.</summary>
internal sealed class GatewayTelemetry : IDisposable
{
    public const string Name = "IclMesh.Gateway";

    public const string DemonstrationCount = "iclmesh.demo.count";
    public const string DemonstrationIds = "iclmesh.demo.ids";
    public const string DemonstrationWeights = "iclmesh.demo.weights";
    public const string Agreement = "iclmesh.agreement";
    public const string EffectiveCount = "iclmesh.kernel.effective_n";
    public const string CachedTokens = "iclmesh.cache.hit_tokens";
    public const string Exact = "iclmesh.retrieval.exact";
    public const string Operation = "gen_ai.operation.name";
    public const string Provider = "gen_ai.provider.name";
    public const string RequestModel = "gen_ai.request.model";
    public const string InputTokens = "gen_ai.usage.input_tokens";
    public const string CacheReadTokens = "gen_ai.usage.cache_read.input_tokens";
    public const string AnsweredBy = "iclmesh.prediction.answered_by";
    public const string Flags = "iclmesh.prediction.flags";
    public const string Partial = "iclmesh.prediction.partial";
    public const string JobKind = "iclmesh.job.kind";
    public const string JobState = "iclmesh.job.state";

    private readonly Meter meter;
    private readonly Counter<long> imported;

    public GatewayTelemetry(IMeterFactory meters)
    {
        Source = new(Name);
        meter = meters.Create(Name);
        PredictionDuration = meter.CreateHistogram<double>("iclmesh.gateway.prediction.duration", "s", "Wall time of a prediction");
        imported = meter.CreateCounter<long>("iclmesh.gateway.imported", "{demonstration}", "Demonstrations stored");
    }

    public ActivitySource Source { get; }

    public Histogram<double> PredictionDuration { get; }

    public void Imported(int demonstrations) => imported.Add(demonstrations);

    public void Dispose()
    {
        Source.Dispose();
        meter.Dispose();
    }
}
