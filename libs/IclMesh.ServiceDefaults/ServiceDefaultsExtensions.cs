using Grpc.AspNetCore.Server;
using IclMesh.ServiceDefaults.Requests;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace IclMesh.ServiceDefaults;

/// <summary>What every host of the mesh has in common.</summary>
public static class ServiceDefaultsExtensions
{
    /// <summary>Adds gRPC with error translation, reflection, health, telemetry and graceful drain.</summary>
    /// <param name="builder">The host.</param>
    /// <param name="port">Port to serve HTTP/2 without TLS on, unless <c>--urls</c> or <c>Kestrel:Endpoints</c> says otherwise.</param>
    public static WebApplicationBuilder AddServiceDefaults(this WebApplicationBuilder builder, int port)
    {
        builder.Services.AddOptions<HostingOptions>().BindConfiguration(HostingOptions.Section).ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<HostingOptions>, HostingOptionsValidator>();
        builder.Services.TryAddSingleton(TimeProvider.System);

        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.ConfigureEndpointDefaults(endpoint => endpoint.Protocols = HttpProtocols.Http2);
            kestrel.AddServerHeader = false;

            // The limit on messages holds for whatever reads a body; the server's own, 30,000,000 bytes, would fail first and without a status.
            kestrel.Limits.MaxRequestBodySize = null;
        });
        if (string.IsNullOrEmpty(builder.WebHost.GetSetting(WebHostDefaults.ServerUrlsKey)) && !builder.Configuration.GetSection("Kestrel:Endpoints").Exists())
        {
            builder.WebHost.UseUrls($"http://0.0.0.0:{port}");
        }

        builder.Services.AddGrpc(grpc => grpc.Interceptors.Add<StatusInterceptor>());
        builder.Services.AddGrpcReflection();
        builder.Services.AddSingleton<DrainState>();
        builder.Services.AddHostedService(services => services.GetRequiredService<DrainState>());
        builder.Services.AddGrpcHealthChecks().AddCheck<DrainState>("drain");
        builder.Services.AddOptions<HostOptions>()
            .Configure<IOptions<HostingOptions>>((host, hosting) =>
                host.ShutdownTimeout = hosting.Value.DrainDelay + hosting.Value.ShutdownTimeout);
        builder.Services.AddOptions<GrpcServiceOptions>()
            .Configure<IOptions<HostingOptions>>((grpc, hosting) => grpc.MaxReceiveMessageSize = hosting.Value.MaxReceiveMessageBytes);

        // One line for each request of each leg is what traces are for.
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning).AddFilter("System.Net.Http", LogLevel.Warning);
        AddTelemetry(builder);
        return builder;
    }

    /// <summary>Maps what <see cref="AddServiceDefaults"/> added.</summary>
    /// <param name="app">The host.</param>
    public static WebApplication MapServiceDefaults(this WebApplication app)
    {
        app.UseMiddleware<MessageGuard>();
        app.MapGrpcHealthChecksService();
        app.MapGrpcReflectionService();
        return app;
    }

    private static void AddTelemetry(WebApplicationBuilder builder)
    {
        var hosting = builder.Configuration.GetSection(HostingOptions.Section);
        if (!hosting.GetValue(nameof(HostingOptions.ExportTelemetry), defaultValue: true))
        {
            return;
        }

        var telemetry = builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService(builder.Environment.ApplicationName))
            .WithTracing(tracing => tracing.AddSource(MeshTelemetry.Sources).AddProcessor(new RpcSpans()))
            .WithMetrics(metrics => metrics.AddMeter(MeshTelemetry.Meters).AddRuntimeInstrumentation());

        // The OTEL_* variables are the switch, as for every other OpenTelemetry program: no endpoint, no exporter.
        if (builder.Configuration.AsEnumerable().Any(setting => setting is { Key: "OTEL_EXPORTER_OTLP_ENDPOINT" or "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", Value.Length: > 0 }))
        {
            telemetry.UseOtlpExporter();
        }
    }
}
