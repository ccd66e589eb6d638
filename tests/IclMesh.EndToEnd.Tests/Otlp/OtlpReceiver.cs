using System.Collections.Concurrent;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace IclMesh.EndToEnd.Tests.Otlp;

/// <summary>Receives the spans that processes export.</summary>
internal sealed class OtlpReceiver : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly Collector collector;

    private OtlpReceiver(WebApplication app, Collector collector) => (this.app, this.collector) = (app, collector);

    public string Address => app.Urls.Single();

    public IReadOnlyCollection<ReceivedSpan> Spans => collector.Spans;

    public static async Task<OtlpReceiver> StartAsync()
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0").ConfigureKestrel(kestrel => kestrel.ConfigureEndpointDefaults(e => e.Protocols = HttpProtocols.Http2));
        var collector = new Collector();
        builder.Services.AddSingleton(collector);
        builder.Services.AddGrpc();
        var app = builder.Build();
        app.MapGrpcService<Collector>();
        await app.StartAsync();
        return new(app, collector);
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private sealed class Collector : TraceService.TraceServiceBase
    {
        public ConcurrentQueue<ReceivedSpan> Spans { get; } = [];

        public override Task<ExportTraceServiceResponse> Export(ExportTraceServiceRequest request, ServerCallContext context)
        {
            foreach (var resource in request.ResourceSpans)
            {
                var service = resource.Resource.Attributes.Single(attribute => attribute.Key == "service.name").Value.StringValue;
                foreach (var span in resource.ScopeSpans.SelectMany(scope => scope.Spans))
                {
                    Spans.Enqueue(new(service, span));
                }
            }

            return Task.FromResult(new ExportTraceServiceResponse());
        }
    }
}
