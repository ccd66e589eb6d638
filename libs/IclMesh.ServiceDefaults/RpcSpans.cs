using System.Diagnostics;
using OpenTelemetry;

namespace IclMesh.ServiceDefaults;

/// <summary>Gives the spans of gRPC calls the names and tags of OpenTelemetry's RPC conventions; the libraries leave them as HTTP spans.</summary>
public sealed class RpcSpans : BaseProcessor<Activity>
{
    private const string LibraryTag = "grpc.method";

    /// <inheritdoc/>
    public override void OnEnd(Activity data) => Describe(data);

    /// <summary>Names a span <c>package.Service/Method</c> if it is one of a gRPC call.</summary>
    /// <param name="span">An ended span of a gRPC client or server.</param>
    public static void Describe(Activity span)
    {
        if (span.GetTagItem(LibraryTag) is not string { Length: > 1 } path)
        {
            return;
        }

        span.DisplayName = path.TrimStart('/');
        span.SetTag("rpc.system.name", "grpc");
        span.SetTag("rpc.method", span.DisplayName);
    }
}
