using Grpc.Core;

namespace IclMesh.Inference;

/// <summary>Streams as handlers make them and as gRPC takes them.</summary>
internal static class StreamExtensions
{
    /// <summary>Writes every message; stops, and lets the source clean up, when the caller leaves or does not read.</summary>
    /// <param name="stream">Where to.</param>
    /// <param name="messages">The messages.</param>
    /// <param name="stall">How long one message may wait for the reader.</param>
    /// <param name="context">The call.</param>
    public static async Task WriteAllAsync<T>(this IServerStreamWriter<T> stream, IAsyncEnumerable<T> messages, TimeSpan stall, ServerCallContext context)
    {
        await foreach (var message in messages.WithCancellation(context.CancellationToken))
        {
            var write = stream.WriteAsync(message, context.CancellationToken);
            try
            {
                await write.WaitAsync(stall);
            }
            catch (TimeoutException)
            {
                // A reader who takes nothing would not take an error either. The write ends with the request, which must not end before it.
                context.GetHttpContext().Abort();
                await write.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                throw new RpcException(new(StatusCode.DeadlineExceeded, $"the reader took nothing for {stall}"));
            }
        }
    }
}
