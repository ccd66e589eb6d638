namespace IclMesh.Gateway;

/// <summary>The gateway's HTTP/1.1 endpoint for REST, gRPC-Web and the OpenAPI document; configuration section <c>Gateway:Http</c>.</summary>
public sealed class GatewayHttpOptions
{
    /// <summary>Name of the configuration section.</summary>
    public const string Section = "Gateway:Http";

    /// <summary>Address to serve on, for example <c>http://0.0.0.0:8084</c>; empty serves no HTTP/1.1. Default: port 8084 of every interface.</summary>
    public string? Url { get; set; }
}
