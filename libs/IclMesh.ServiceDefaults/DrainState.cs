using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace IclMesh.ServiceDefaults;

/// <summary>
/// Drains a host: once it is told to stop it reports NOT_SERVING and goes on answering for <see cref="HostingOptions.DrainDelay"/>,
/// so that load balancers look elsewhere before the port closes; calls under way are then awaited by the server.
/// </summary>
internal sealed class DrainState(IOptions<HostingOptions> options, TimeProvider clock, HealthCheckService health, IHealthCheckPublisher publisher)
    : IHealthCheck, IHostedLifecycleService
{
    private volatile bool draining;

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(draining ? HealthCheckResult.Unhealthy("draining") : HealthCheckResult.Healthy());

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        draining = true;

        // Watchers learn of it now rather than at the next round of checks.
        await publisher.PublishAsync(await health.CheckHealthAsync(cancellationToken), cancellationToken);
        await Task.Delay(options.Value.DrainDelay, clock, cancellationToken);
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
