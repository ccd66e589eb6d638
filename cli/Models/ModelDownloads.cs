using IclMesh.Cli.CommandLine;
using IclMesh.Inference.ModelFiles.Hub;
using Spectre.Console;

namespace IclMesh.Cli.Models;

/// <summary>Fetches models with a progress bar, before a service would fetch them silently.</summary>
internal static class ModelDownloads
{
    /// <summary>The folder or file of a model, downloaded where that is allowed and needed.</summary>
    public static async Task<string> ResolveAsync(ModelLocations locations, Terminal terminal, string model, CancellationToken cancellationToken)
    {
        using var http = new HttpMessageInvoker(ModelResolver.CreateHandler());
        var resolver = new ModelResolver(locations, http, TimeProvider.System);
        return await terminal.Error.Progress().HideCompleted(true).AutoClear(true)
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new DownloadedColumn(), new TransferSpeedColumn(), new RemainingTimeColumn())
            .StartAsync(async context =>
            {
                ProgressTask? bar = null;
                var progress = new Progress<DownloadProgress>(step =>
                {
                    bar ??= context.AddTask(Markup.Escape($"downloading {step.Model}"));
                    bar.MaxValue = step.Total;
                    bar.Value = step.Received;
                });
                return await resolver.ResolveAsync(model, progress, cancellationToken);
            });
    }
}
