using System.Collections.Concurrent;
using System.Diagnostics;
using IclMesh.ServiceDefaults;

namespace IclMesh.Testing;

/// <summary>Records every span of the mesh that ends in this process, of one trace.</summary>
public sealed class SpanRecorder : IDisposable
{
    private readonly ConcurrentQueue<Activity> spans = [];
    private readonly ActivityListener listener;
    private readonly ActivitySource source = new("IclMesh.Testing");

    /// <summary>Starts a trace of its own, so that tests that run at the same time do not see each other.</summary>
    public SpanRecorder()
    {
        listener = new()
        {
            ShouldListenTo = candidate => MeshTelemetry.Covers(candidate.Name),
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = spans.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        Root = source.StartActivity("test")!;
    }

    /// <summary>Root of the trace.</summary>
    public Activity Root { get; }

    /// <summary>Ended spans of this trace.</summary>
    public IReadOnlyList<Activity> Spans => [.. spans.Where(span => span.TraceId == Root.TraceId)];

    /// <inheritdoc/>
    public void Dispose()
    {
        Root.Dispose();
        listener.Dispose();
        source.Dispose();
    }
}
