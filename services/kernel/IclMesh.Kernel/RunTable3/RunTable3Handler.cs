using Grpc.Core;
using IclMesh.Kernel.Core.Theory;
using IclMesh.Kernel.V1;

namespace IclMesh.Kernel.RunTable3;

internal sealed class RunTable3Handler(WorkLimits limits)
{
    public async Task HandleAsync(RunTable3Request request, IServerStreamWriter<RunTable3Response> stream, CancellationToken cancellationToken)
    {
        var settings = RunTable3Rules.Check(request);
        Admit(settings);
        var rows = await ProgressStream.RunAsync(
            progress => Table3Experiment.Run(settings, progress, cancellationToken),
            share => stream.WriteAsync(new() { Progress = share }, cancellationToken),
            cancellationToken);
        var report = new Table3Report();
        report.Rows.AddRange(rows.Select(row => new V1.Table3Row
        {
            N = row.Count,
            L1 = row.L1.ToMessage(),
            LInfinity = row.LInfinity.ToMessage(),
            TotalVariation = row.TotalVariation.ToMessage(),
            Agreement = row.Agreement.ToMessage(),
        }));
        await stream.WriteAsync(new() { Report = report }, cancellationToken);
    }

    private void Admit(Table3Settings settings)
    {
        double features = settings.States * settings.States;
        double inputs = ((double)settings.Counts[^1] + 1) * settings.Prompts;
        double samples = settings.Samples;
        var perModel = ((samples + inputs) * settings.Length * features * settings.States) + (samples * samples * (features + (10 * samples)))
            + (inputs * features * samples);
        limits.Admit(settings.Models * perModel, 8 * ((3 * samples * features) + (4 * samples * samples) + (inputs * samples)));
    }
}
