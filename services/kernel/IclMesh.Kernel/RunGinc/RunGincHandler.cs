using Grpc.Core;
using IclMesh.Kernel.Core.Theory;
using IclMesh.Kernel.V1;

namespace IclMesh.Kernel.RunGinc;

internal sealed class RunGincHandler(WorkLimits limits)
{
    public async Task HandleAsync(RunGincRequest request, IServerStreamWriter<RunGincResponse> stream, CancellationToken cancellationToken)
    {
        var (settings, variants) = RunGincRules.Check(request);
        double tasks = settings.Concepts * (settings.Properties - 1);
        double features = tasks * settings.Entities * settings.Properties;
        double examples = (double)settings.Prompts * (settings.DemonstrationCounts[^1] + 1);
        double samples = settings.KernelSamples;
        var perLength = (samples * samples * (features + (10 * samples))) + (variants.Length * examples * features * samples);
        limits.Admit(settings.ExampleLengths.Length * perLength, 8 * ((3 * samples * features) + (4 * samples * samples)));

        var rows = await ProgressStream.RunAsync(
            progress => GincExperiment.Run(settings, variants, progress, cancellationToken),
            share => stream.WriteAsync(new() { Progress = share }, cancellationToken),
            cancellationToken);
        var report = new GincReport();
        report.Rows.AddRange(rows.Select(ToMessage));
        await stream.WriteAsync(new() { Report = report }, cancellationToken);
    }

    private static V1.GincRow ToMessage(Core.Theory.GincRow row)
    {
        var message = new V1.GincRow
        {
            Variant = (V1.GincVariant)((int)row.Variant + 1),
            Length = row.Length,
            N = row.Count,
            Bayes = row.Bayes.ToMessage(),
            Kernel = row.Count == 0 ? null : row.Kernel.ToMessage(),
        };
        message.Published.AddRange(row.Published.Select(point => new PublishedAccuracy { Model = point.Model, Percent = point.Accuracy }));
        return message;
    }
}
