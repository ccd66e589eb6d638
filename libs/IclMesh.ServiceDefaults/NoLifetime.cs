using Microsoft.Extensions.Hosting;

namespace IclMesh.ServiceDefaults;

/// <summary>Leaves signals to the program: a host that listens to them itself would take the first one and stop only itself.</summary>
internal sealed class NoLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
