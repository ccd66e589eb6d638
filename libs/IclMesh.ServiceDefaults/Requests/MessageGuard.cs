using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.IO.Pipelines;
using Google.Protobuf;
using Grpc.AspNetCore.Server;
using Grpc.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace IclMesh.ServiceDefaults.Requests;

/// <summary>
/// Says what is wrong with a call's one message where the server reads it before any interceptor runs: too large, with the limit and the size, or no message of its type.
/// </summary>
internal sealed class MessageGuard(RequestDelegate next, IOptions<HostingOptions> options)
{
    private const int PrefixBytes = 5;

    // Five bytes are two groups of four characters.
    private const int EncodedPrefixBytes = 8;

    public async Task InvokeAsync(HttpContext context)
    {
        var request = context.Request;
        if (request.ContentType is { } type
            && type.StartsWith("application/grpc", StringComparison.OrdinalIgnoreCase)
            && context.GetEndpoint()?.Metadata.GetMetadata<GrpcMethodMetadata>()?.Method.Type is MethodType.Unary or MethodType.ServerStreaming)
        {
            var encoded = type.StartsWith("application/grpc-web-text", StringComparison.OrdinalIgnoreCase);
            var length = await PeekLengthAsync(request.BodyReader, encoded, context.RequestAborted);
            if (length > options.Value.MaxReceiveMessageBytes)
            {
                Refuse(context.Response, type, MeshException.TooLarge(ErrorReasons.ProblemTooLarge, "bytes of the message", options.Value.MaxReceiveMessageBytes, length));
                return;
            }
        }

        await next(context);

        // Whatever is thrown behind the interceptors has another status by now: the server could not read the message.
        if (!context.Response.HasStarted && context.Response.Headers["grpc-status"] == $"{(int)StatusCode.Unknown}")
        {
            Refuse(context.Response, context.Response.ContentType ?? "application/grpc", Unreadable);
        }
    }

    /// <summary>The error for bytes that are no message of the type that a call takes.</summary>
    public static MeshException Unreadable => MeshException.Invalid("message", "is no message of the type that this call takes");

    /// <summary>Length of the first message by its prefix; nothing of it is consumed.</summary>
    private static async Task<long> PeekLengthAsync(PipeReader body, bool encoded, CancellationToken cancellationToken)
    {
        var wanted = encoded ? EncodedPrefixBytes : PrefixBytes;
        var read = await body.ReadAtLeastAsync(wanted, cancellationToken);
        var length = read.Buffer.Length < wanted ? 0 : Length(read.Buffer.Slice(0, wanted), encoded);
        body.AdvanceTo(read.Buffer.Start);
        return length;
    }

    private static uint Length(ReadOnlySequence<byte> start, bool encoded)
    {
        Span<byte> bytes = stackalloc byte[EncodedPrefixBytes];
        start.CopyTo(bytes);

        // Text that is no base64 is refused where it is read.
        return encoded && Base64.DecodeFromUtf8InPlace(bytes, out _) != OperationStatus.Done ? 0 : BinaryPrimitives.ReadUInt32BigEndian(bytes[1..]);
    }

    private static void Refuse(HttpResponse response, string contentType, MeshException problem)
    {
        var status = StatusTranslator.ToStatus(problem);
        response.ContentType = contentType;
        response.Headers["grpc-status"] = $"{status.Code}";
        response.Headers["grpc-message"] = Uri.EscapeDataString(status.Message);
        response.Headers["grpc-status-details-bin"] = Convert.ToBase64String(status.ToByteArray());
    }
}
