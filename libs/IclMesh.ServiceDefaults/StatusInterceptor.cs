using System.Diagnostics;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Microsoft.Extensions.Logging;

namespace IclMesh.ServiceDefaults;

/// <summary>Applies <see cref="StatusTranslator"/> to all four call types, and logs what nobody expected.</summary>
internal sealed partial class StatusInterceptor(ILogger<StatusInterceptor> logger, TimeProvider clock) : Interceptor
{
    public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation) =>
        GuardAsync(context, () => continuation(request, context));

    public override Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, ServerCallContext context, ClientStreamingServerMethod<TRequest, TResponse> continuation) =>
        GuardAsync(context, () => continuation(requestStream, context));

    public override Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request,
        IServerStreamWriter<TResponse> responseStream,
        ServerCallContext context,
        ServerStreamingServerMethod<TRequest, TResponse> continuation) =>
        GuardAsync(context, () => Complete(continuation(request, responseStream, context)));

    public override Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream,
        IServerStreamWriter<TResponse> responseStream,
        ServerCallContext context,
        DuplexStreamingServerMethod<TRequest, TResponse> continuation) =>
        GuardAsync(context, () => Complete(continuation(requestStream, responseStream, context)));

    private static async Task<bool> Complete(Task call)
    {
        await call;
        return true;
    }

    private async Task<T> GuardAsync<T>(ServerCallContext context, Func<Task<T>> call)
    {
        try
        {
            return await call();
        }
        catch (MeshException exception)
        {
            Activity.Current?.SetTag("error.type", exception.Reason);
            throw StatusTranslator.ToStatus(exception).ToRpcException();
        }
        catch (RpcException)
        {
            throw;
        }
        catch (Exception) when (context.CancellationToken.IsCancellationRequested)
        {
            // Whatever broke after the caller left broke because of it.
            var late = context.Deadline <= clock.GetUtcNow();
            throw new RpcException(late
                ? new Status(StatusCode.DeadlineExceeded, "the deadline passed")
                : new Status(StatusCode.Cancelled, "the caller cancelled"));
        }
        catch (Exception exception)
        {
            LogUnexpected(exception, context.Method);
            Activity.Current?.SetTag("error.type", exception.GetType().FullName);
            throw StatusTranslator.Internal().ToRpcException();
        }
    }

    [LoggerMessage(EventId = 1, Level = LogLevel.Error, Message = "{Method} failed unexpectedly")]
    private partial void LogUnexpected(Exception exception, string method);
}
