namespace IclMesh.Gateway;

/// <summary>The gateway's HTTP/1.1 endpoint for REST, gRPC-Web and the OpenAPI document; configuration section <c>Gateway:Http</c>.</summary>
public sealed class GatewayHttpOptions
{
    /// <summary>Name of the configuration section.</summary>
    public const string Section = "Gateway:Http";

    /// <summary>Address to serve on, for example <c>http://0.0.0.0:8084</c>; empty serves no HTTP/1.1. Default: port 8084 of every interface.</summary>
    public string? Url { get; set; }

    /// <summary>
    /// Names that callers may use for this gateway, beside those of the loopback interface: <c>mesh.example.org</c>, <c>*.example.org</c>, or <c>*</c> for any. Default: any, but none where
    /// the gateway listens on loopback only.
    /// </summary>
    public IReadOnlyList<string> AllowedHosts { get; set; } = [];
}
