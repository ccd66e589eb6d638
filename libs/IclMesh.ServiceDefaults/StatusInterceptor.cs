using System.Diagnostics;
using Grpc.Core;
using Grpc.Core.Interceptors;
using IclMesh.ServiceDefaults.Requests;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace IclMesh.ServiceDefaults;

/// <summary>Applies <see cref="RequestValues"/> and <see cref="StatusTranslator"/> to all four call types, and logs what nobody expected.</summary>
internal sealed partial class StatusInterceptor(ILogger<StatusInterceptor> logger, IOptions<HostingOptions> options, TimeProvider clock) : Interceptor
{
    public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation) =>
        GuardAsync(context, () =>
        {
            CallValues<TRequest, TResponse>.Check(request);
            return continuation(request, context);
        });

    public override Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, ServerCallContext context, ClientStreamingServerMethod<TRequest, TResponse> continuation) =>
        GuardAsync(context, () => continuation(Checked<TRequest, TResponse>(requestStream), context));

    public override Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request,
        IServerStreamWriter<TResponse> responseStream,
        ServerCallContext context,
        ServerStreamingServerMethod<TRequest, TResponse> continuation) =>
        GuardAsync(context, () =>
        {
            CallValues<TRequest, TResponse>.Check(request);
            return Complete(continuation(request, responseStream, context));
        });

    public override Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream,
        IServerStreamWriter<TResponse> responseStream,
        ServerCallContext context,
        DuplexStreamingServerMethod<TRequest, TResponse> continuation) =>
        GuardAsync(context, () => Complete(continuation(Checked<TRequest, TResponse>(requestStream), responseStream, context)));

    private CheckedStream<TRequest, TResponse> Checked<TRequest, TResponse>(IAsyncStreamReader<TRequest> requests) => new(requests, options.Value.MaxReceiveMessageBytes);

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
