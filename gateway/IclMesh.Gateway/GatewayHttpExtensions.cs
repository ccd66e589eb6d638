using System.Text.Json;
using Google.Protobuf.Reflection;
using Google.Rpc;
using IclMesh.Gateway.OpenApi;
using IclMesh.Gateway.Rest;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace IclMesh.Gateway;

/// <summary>REST by JSON transcoding, gRPC-Web and the OpenAPI document.</summary>
public static class GatewayHttpExtensions
{
    /// <summary>Serves HTTP/1.1 beside HTTP/2: without TLS one port cannot do both.</summary>
    /// <remarks>Where <c>Kestrel:Endpoints</c> is configured, the operator has said what is served, and nothing is added.</remarks>
    /// <param name="builder">The host, its gRPC addresses decided.</param>
    /// <param name="port">Port where <c>Gateway:Http:Url</c> says nothing.</param>
    public static WebApplicationBuilder AddHttpEndpoint(this WebApplicationBuilder builder, int port)
    {
        var http = builder.Configuration.GetSection(GatewayHttpOptions.Section).Get<GatewayHttpOptions>()?.Url ?? $"http://0.0.0.0:{port}";
        var grpc = builder.WebHost.GetSetting(WebHostDefaults.ServerUrlsKey) ?? "";
        if (http.Length == 0 || builder.Configuration.GetSection("Kestrel:Endpoints").Exists())
        {
            return builder;
        }

        // Named endpoints replace the list of addresses; they come in the order of their names.
        var endpoints = new Dictionary<string, string?>
        {
            ["Kestrel:Endpoints:Http:Url"] = http,
            ["Kestrel:Endpoints:Http:Protocols"] = nameof(HttpProtocols.Http1),
        };
        foreach (var (index, url) in grpc.Split(';', StringSplitOptions.RemoveEmptyEntries).Index())
        {
            endpoints[$"Kestrel:Endpoints:Grpc{index}:Url"] = url;
            endpoints[$"Kestrel:Endpoints:Grpc{index}:Protocols"] = nameof(HttpProtocols.Http2);
        }

        builder.Configuration.AddInMemoryCollection(endpoints);
        builder.WebHost.UseSetting(WebHostDefaults.ServerUrlsKey, "");
        return builder;
    }

    internal static void AddHttpFaces(this IServiceCollection services)
    {
        services.AddOptions<GatewayHttpOptions>().BindConfiguration(GatewayHttpOptions.Section);
        services.AddGrpc().AddJsonTranscoding(transcoding =>
        {
            // As proto3's JSON form asks for: a JSON number cannot hold every 64-bit one.
            transcoding.JsonSettings.WriteInt64sAsStrings = true;
            transcoding.TypeRegistry = TypeRegistry.FromFiles(ErrorDetailsReflection.Descriptor);
        });
    }

    internal static void MapHttpFaces(this WebApplication app)
    {
        app.UseMiddleware<BrowserGuard>();
        app.UseMiddleware<RestRequests>();
        app.UseGrpcWeb(new() { DefaultEnabled = true });

        // Endpoints are complete when the first caller comes, and do not change then.
        byte[]? document = null;
        app.MapGet("/openapi/v1.json", (EndpointDataSource endpoints) => Results.Bytes(
            document ??= JsonSerializer.SerializeToUtf8Bytes(OpenApiDocument.Write(endpoints.Endpoints, ProtoComments.Load())), "application/json; charset=utf-8"));
    }
}
