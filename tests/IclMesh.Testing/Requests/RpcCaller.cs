using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;

namespace IclMesh.Testing.Requests;

/// <summary>Calls any RPC by its descriptor, whatever its types are.</summary>
/// <param name="invoker">Where to.</param>
public sealed class RpcCaller(CallInvoker invoker)
{
    private static readonly Marshaller<IMessage> Request = Marshallers.Create<IMessage>(
        message => message.ToByteArray(), _ => throw new NotSupportedException("requests are not read"));

    private static readonly Marshaller<byte[]> Response = Marshallers.Create(bytes => bytes, bytes => bytes);

    /// <summary>Calls an RPC, reads its whole answer and says how it ended.</summary>
    /// <param name="method">The RPC.</param>
    /// <param name="requests">Its requests; one unless the caller streams.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<Status> CallAsync(MethodDescriptor method, IReadOnlyList<IMessage> requests, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(method);
        ArgumentNullException.ThrowIfNull(requests);
        var type = (method.IsClientStreaming, method.IsServerStreaming) switch
        {
            (false, false) => MethodType.Unary,
            (true, false) => MethodType.ClientStreaming,
            (false, true) => MethodType.ServerStreaming,
            (true, true) => MethodType.DuplexStreaming,
        };
        var target = new Method<IMessage, byte[]>(type, method.Service.FullName, method.Name, Request, Response);
        var options = new CallOptions(cancellationToken: cancellationToken);
        try
        {
            switch (type)
            {
                case MethodType.Unary:
                    await invoker.AsyncUnaryCall(target, null, options, requests[0]).ResponseAsync;
                    break;
                case MethodType.ClientStreaming:
                    using (var call = invoker.AsyncClientStreamingCall(target, null, options))
                    {
                        await SendAsync(call.RequestStream, requests, cancellationToken);
                        await call.ResponseAsync;
                    }

                    break;
                case MethodType.ServerStreaming:
                    using (var call = invoker.AsyncServerStreamingCall(target, null, options, requests[0]))
                    {
                        await ReadAsync(call.ResponseStream, cancellationToken);
                    }

                    break;
                default:
                    using (var call = invoker.AsyncDuplexStreamingCall(target, null, options))
                    {
                        var reading = ReadAsync(call.ResponseStream, cancellationToken);
                        await SendAsync(call.RequestStream, requests, cancellationToken);
                        await reading;
                    }

                    break;
            }

            return Status.DefaultSuccess;
        }
        catch (RpcException e)
        {
            return e.Status;
        }
    }

    private static async Task SendAsync(IClientStreamWriter<IMessage> stream, IReadOnlyList<IMessage> requests, CancellationToken cancellationToken)
    {
        try
        {
            foreach (var request in requests)
            {
                await stream.WriteAsync(request, cancellationToken);
            }

            await stream.CompleteAsync();
        }
        catch (Exception e) when (e is RpcException or InvalidOperationException)
        {
            // The service ended the call while requests were sent; how is what the answer says.
        }
    }

    private static async Task ReadAsync(IAsyncStreamReader<byte[]> stream, CancellationToken cancellationToken)
    {
        while (await stream.MoveNext(cancellationToken))
        {
        }
    }
}
