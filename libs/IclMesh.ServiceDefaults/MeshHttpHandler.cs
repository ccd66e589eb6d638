using System.Diagnostics;

namespace IclMesh.ServiceDefaults;

/// <summary>The HTTP/2 connection of a client of the mesh.</summary>
public static class MeshHttpHandler
{
    /// <summary>Makes a handler that keeps its connections, opens more when one is full, and passes the trace on.</summary>
    public static SocketsHttpHandler Create() => new()
    {
        EnableMultipleHttp2Connections = true,
        KeepAlivePingDelay = TimeSpan.FromSeconds(30),
        KeepAlivePingTimeout = TimeSpan.FromSeconds(10),
        PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
        ActivityHeadersPropagator = new RecordedParentPropagator(DistributedContextPropagator.Current),
    };

    /// <summary>Names the gRPC client's span as the parent of the server's.</summary>
    /// <remarks>
    /// The HTTP handler starts a span of its own below the gRPC client's. Without a listener it belongs to no source and is recorded by nobody: sent on, it would leave the
    /// server's span without a parent in the trace.
    /// </remarks>
    private sealed class RecordedParentPropagator(DistributedContextPropagator inner) : DistributedContextPropagator
    {
        public override IReadOnlyCollection<string> Fields => inner.Fields;

        public override void Inject(Activity? activity, object? carrier, PropagatorSetterCallback? setter) =>
            inner.Inject(activity is { Source.Name: "", Parent: { } parent } ? parent : activity, carrier, setter);

        public override void ExtractTraceIdAndState(object? carrier, PropagatorGetterCallback? getter, out string? traceId, out string? traceState) =>
            inner.ExtractTraceIdAndState(carrier, getter, out traceId, out traceState);

        public override IEnumerable<KeyValuePair<string, string?>>? ExtractBaggage(object? carrier, PropagatorGetterCallback? getter) =>
            inner.ExtractBaggage(carrier, getter);
    }
}
