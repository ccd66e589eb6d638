using Grpc.Core;

namespace IclMesh.Inference;

/// <summary>Streams as handlers make them and as gRPC takes them.</summary>
internal static class StreamExtensions
{
    /// <summary>Writes every message; stops, and lets the source clean up, when the caller leaves.</summary>
    public static async Task WriteAllAsync<T>(this IServerStreamWriter<T> stream, IAsyncEnumerable<T> messages, CancellationToken cancellationToken)
    {
        await foreach (var message in messages.WithCancellation(cancellationToken))
        {
            await stream.WriteAsync(message, cancellationToken);
        }
    }
}
