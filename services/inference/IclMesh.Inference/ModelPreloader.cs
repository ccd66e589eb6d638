using IclMesh.Inference.Core;
using IclMesh.Inference.Core.Models;
using IclMesh.Inference.Engine.Sessions;
using Microsoft.Extensions.Options;

namespace IclMesh.Inference;

/// <summary>Checks the execution provider and loads the configured models before the service serves.</summary>
internal sealed partial class ModelPreloader(
    ModelLibrary library, IModelEngine engine, IOptions<InferenceOptions> options, ILogger<ModelPreloader> logger) : IHostedService
{
    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (engine.Provider != options.Value.Provider)
        {
            FellBack(options.Value.Provider, string.Join(", ", ExecutionProviders.Available()));
        }

        foreach (var name in options.Value.Preload)
        {
            using var lease = await library.LeaseAsync(name, cancellationToken);
            var model = lease.Model;
            Loaded(name, model.Version, model.Precision, model.Provider);
        }
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(1, LogLevel.Warning, "Execution provider {Provider} is not part of this build ({Available}); the CPU computes instead")]
    private partial void FellBack(string provider, string available);

    [LoggerMessage(2, LogLevel.Information, "Loaded {Model} version {Version} as {Precision} on {Provider}")]
    private partial void Loaded(string model, string version, string precision, string provider);
}
