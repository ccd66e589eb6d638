using System.Collections.Concurrent;
using System.Diagnostics;
using IclMesh.ServiceDefaults;

namespace IclMesh.Cli.Mesh;

/// <summary>Starts the command's own root span and keeps every span that this process ends, so that it can show them.</summary>
internal sealed class TraceCollector : IDisposable
{
    private const string SourceName = "IclMesh.Cli";
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(1);

    private readonly ActivitySource source = new(SourceName);
    private readonly ConcurrentQueue<Activity> spans = [];
    private readonly ActivityListener listener;
    private Activity? last;

    public TraceCollector()
    {
        listener = new()
        {
            ShouldListenTo = candidate => MeshTelemetry.Covers(candidate.Name),
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = Keep,
        };
        ActivitySource.AddActivityListener(listener);
    }

    /// <summary>Begins a trace; what is called until it is disposed belongs to it.</summary>
    public Activity? Start(string name)
    {
        Activity.Current = null;
        last = source.StartActivity(name);
        return last;
    }

    /// <summary>The spans of the trace begun last.</summary>
    /// <remarks>A server's span ends a moment after its client has the answer, so the end of the last ones is awaited, within reason.</remarks>
    public async Task<IReadOnlyList<Activity>> CompleteAsync(CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        while (true)
        {
            var ended = spans.Where(span => span.TraceId == last?.TraceId).ToList();
            var waiting = ended.Any(span => span.Kind == ActivityKind.Client && !ended.Any(other => other.ParentSpanId == span.SpanId));
            if (!waiting || clock.Elapsed > LongestWait)
            {
                return ended;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(10), cancellationToken);
        }
    }

    public void Dispose()
    {
        listener.Dispose();
        source.Dispose();
    }

    private void Keep(Activity span)
    {
        RpcSpans.Describe(span);
        spans.Enqueue(span);
    }
}
