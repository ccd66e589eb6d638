using Google.Protobuf;
using Grpc.Core;

namespace IclMesh.ServiceDefaults.Requests;

/// <summary>Checks every message of a client's stream as it is read.</summary>
/// <param name="requests">The stream.</param>
/// <param name="limit">Largest message, in bytes.</param>
internal sealed class CheckedStream<TRequest, TResponse>(IAsyncStreamReader<TRequest> requests, int limit) : IAsyncStreamReader<TRequest>
{
    public TRequest Current => requests.Current;

    public async Task<bool> MoveNext(CancellationToken cancellationToken)
    {
        try
        {
            if (!await requests.MoveNext(cancellationToken))
            {
                return false;
            }
        }
        catch (RpcException exception) when (exception.StatusCode == StatusCode.ResourceExhausted)
        {
            // The server itself says so of a message that is too large, and says no more.
            throw new MeshException(ErrorKind.ResourceExhausted, ErrorReasons.ProblemTooLarge, $"message: exceeds the limit of {limit} bytes", exception)
            {
                Metadata = new Dictionary<string, string> { ["limit"] = $"{limit}" },
            };
        }
        catch (InvalidProtocolBufferException)
        {
            throw MessageGuard.Unreadable;
        }
        catch (IOException)
        {
            // The caller has left; the call's token learns of it a moment later.
            throw new RpcException(new Status(StatusCode.Cancelled, "the caller cancelled"));
        }

        CallValues<TRequest, TResponse>.Check(requests.Current);
        return true;
    }
}
