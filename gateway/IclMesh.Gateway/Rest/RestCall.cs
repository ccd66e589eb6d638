using System.Collections.Concurrent;
using Google.Protobuf.Reflection;
using IclMesh.Gateway.OpenApi;
using Microsoft.AspNetCore.Grpc.JsonTranscoding;

namespace IclMesh.Gateway.Rest;

/// <summary>What an RPC takes over REST.</summary>
/// <param name="Request">Its request.</param>
/// <param name="Body">Message that the body holds; null where there is none.</param>
/// <param name="InPath">Fields of that message that the path gives, and the name of each in the path.</param>
/// <param name="QueryTaken">Whether the fields of a path of descriptors may be query parameters.</param>
internal sealed record RestCall(MessageDescriptor Request, MessageDescriptor? Body, IReadOnlyDictionary<string, string> InPath, Func<string, bool> QueryTaken)
{
    private static readonly Dictionary<string, string> Nothing = [];
    private static readonly ConcurrentDictionary<GrpcJsonTranscodingMetadata, RestCall> Known = new();

    /// <summary>The call of an endpoint; null where it is none of REST.</summary>
    public static RestCall? Of(Endpoint? endpoint) =>
        endpoint?.Metadata.GetMetadata<GrpcJsonTranscodingMetadata>() is { } method ? Known.GetOrAdd(method, Read) : null;

    private static RestCall Read(GrpcJsonTranscodingMetadata method)
    {
        var route = HttpRoute.Of(method.HttpRule);
        var request = method.MethodDescriptor.InputType;
        return route.Body switch
        {
            "" => new(request, null, Nothing, name => !route.Variables.Contains(name)),
            "*" => new(request, request, route.Variables.ToDictionary(variable => variable), _ => false),
            var body => new(
                request,
                request.FindFieldByName(body).MessageType,
                route.Variables.Where(variable => variable.StartsWith($"{body}.", StringComparison.Ordinal)).ToDictionary(variable => variable[(body.Length + 1)..]),
                name => name != body && !name.StartsWith($"{body}.", StringComparison.Ordinal) && !route.Variables.Contains(name)),
        };
    }
}
