using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Options;

namespace IclMesh.Gateway.Rest;

/// <summary>
/// Keeps pages of other sites from using a gateway that their reader can reach: calls by a foreign name (DNS rebinding) and calls that another site makes are refused, and no answer is
/// stored or guessed at by a browser.
/// </summary>
/// <remarks>
/// A gateway on loopback has no other lock. Browsers say of each request where it comes from: <c>Sec-Fetch-Site</c> (Fetch Metadata, W3C), or <c>Origin</c> (RFC 6454) where the address is
/// no secure context. Programs send neither and are not held up.
/// </remarks>
internal sealed class BrowserGuard(RequestDelegate next, IServer server, IOptions<GatewayHttpOptions> options)
{
    private readonly Lazy<IReadOnlyList<string>> allowedHosts = new(() => options.Value.AllowedHosts is { Count: > 0 } named ? named : ListensOnLoopback(server) ? [] : ["*"]);

    public Task InvokeAsync(HttpContext context)
    {
        if (!IsAllowed(context.Request.Host.Host))
        {
            return RestError.ForbidAsync(context, $"{GatewayHttpOptions.Section}:{nameof(GatewayHttpOptions.AllowedHosts)}", $"this gateway is not called '{context.Request.Host}'");
        }

        if (IsFromAnotherSite(context.Request))
        {
            return RestError.ForbidAsync(context, GatewayHttpOptions.Section, "calls that a page of another site makes are refused");
        }

        if (!IsGrpc(context.Request))
        {
            context.Response.Headers.XContentTypeOptions = "nosniff";
            context.Response.Headers.CacheControl = "no-store";
        }

        return next(context);
    }

    private static bool IsGrpc(HttpRequest request) => request.ContentType?.StartsWith("application/grpc", StringComparison.OrdinalIgnoreCase) == true;

    private static bool IsFromAnotherSite(HttpRequest request)
    {
        if (request.Headers["Sec-Fetch-Site"] is [{ } site])
        {
            // Another port of the same name is "same-site": another program of this machine.
            return site is not ("same-origin" or "none");
        }

        return request.Headers.Origin is [{ } origin]
            && !(Uri.TryCreate(origin, UriKind.Absolute, out var from) && from.Authority.Equals(Authority(request), StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>Host and port as <see cref="Uri.Authority"/> writes them: without the scheme's own port.</summary>
    private static string Authority(HttpRequest request) =>
        Uri.TryCreate($"{request.Scheme}://{request.Host}", UriKind.Absolute, out var own) ? own.Authority : request.Host.Value ?? "";

    private static bool ListensOnLoopback(IServer server) =>
        server.Features.Get<IServerAddressesFeature>()?.Addresses is { Count: > 0 } addresses
        && addresses.All(address => Uri.TryCreate(address, UriKind.Absolute, out var url) && IsLoopback(url.Host));

    private static bool IsLoopback(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));

    // A name of this machine's loopback can be no foreign site's.
    private bool IsAllowed(string host) => IsLoopback(host) || allowedHosts.Value.Any(allowed => allowed == "*"
        || (allowed.StartsWith("*.", StringComparison.Ordinal) ? host.EndsWith(allowed[1..], StringComparison.OrdinalIgnoreCase) : host.Equals(allowed, StringComparison.OrdinalIgnoreCase)));
}
