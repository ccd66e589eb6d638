using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace IclMesh.Inference.Tests.Sources.Resolution;

/// <summary>A hub on a loopback port: lists, redirects large files to its storage, knows ranges, and can break off.</summary>
internal sealed class FakeHub : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly Dictionary<string, byte[]> files;

    private FakeHub(WebApplication app, Dictionary<string, byte[]> files)
    {
        this.app = app;
        this.files = files;
    }

    public Uri Address => new(app.Urls.Single() + "/");

    /// <summary>Every request as method, path and range.</summary>
    public ConcurrentQueue<string> Requests { get; } = [];

    /// <summary>The storage closes the connection after this many bytes of an answer.</summary>
    public int BreakOffAfter { get; set; } = int.MaxValue;

    /// <summary>The storage sends these bytes instead of the file.</summary>
    public byte[]? WrongContent { get; set; }

    public static async Task<FakeHub> StartAsync(Dictionary<string, byte[]> files)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var hub = new FakeHub(app, files);
        app.Use((context, next) =>
        {
            hub.Requests.Enqueue($"{context.Request.Method} {context.Request.Path} {context.Request.Headers.Range}".TrimEnd());
            return next();
        });
        app.MapGet("/api/models/owner/name/revision/{revision}", hub.List);
        app.MapMethods("/owner/name/resolve/{revision}/{**file}", ["GET", "HEAD"], hub.Resolve);
        app.MapGet("/storage/{**file}", hub.SendAsync);
        await app.StartAsync();
        return hub;
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private IResult List() => Results.Json(new { siblings = files.Keys.Select(file => new { rfilename = file }) });

    private IResult Resolve(HttpContext context, string file)
    {
        if (!files.TryGetValue(file, out var content))
        {
            return Results.NotFound();
        }

        if (!file.EndsWith(".json", StringComparison.Ordinal))
        {
            context.Response.Headers["X-Linked-ETag"] = $"\"{Convert.ToHexStringLower(SHA256.HashData(content))}\"";
            context.Response.Headers["X-Linked-Size"] = $"{content.Length}";
            return Results.Redirect($"/storage/{file}");
        }

#pragma warning disable CA5350 // Git names its blobs by SHA-1.
        var blob = SHA1.HashData([.. Encoding.ASCII.GetBytes($"blob {content.Length}\0"), .. content]);
#pragma warning restore CA5350
        context.Response.Headers.ETag = $"\"{Convert.ToHexStringLower(blob)}\"";
        return Results.Bytes(content);
    }

    private async Task SendAsync(HttpContext context, string file)
    {
        var content = WrongContent ?? files[file];
        var from = context.Request.Headers.Range is [{ } range] ? int.Parse(range["bytes=".Length..^1]) : 0;
        if (from > 0)
        {
            context.Response.StatusCode = StatusCodes.Status206PartialContent;
            context.Response.Headers.ContentRange = $"bytes {from}-{content.Length - 1}/{content.Length}";
        }

        context.Response.ContentLength = content.Length - from;
        var count = Math.Min(content.Length - from, BreakOffAfter);
        await context.Response.Body.WriteAsync(content.AsMemory(from, count));
        await context.Response.Body.FlushAsync();
        if (count < content.Length - from)
        {
            context.Abort();
        }
    }
}
