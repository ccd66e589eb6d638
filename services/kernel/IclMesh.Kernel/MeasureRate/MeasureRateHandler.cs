using Grpc.Core;
using IclMesh.Kernel.Core.Theory;
using IclMesh.Kernel.V1;

namespace IclMesh.Kernel.MeasureRate;

internal sealed class MeasureRateHandler(WorkLimits limits)
{
    private static readonly int[] DefaultCounts = [16, 32, 64, 128, 256, 512, 1024, 2048, 4096];

    public async Task HandleAsync(MeasureRateRequest request, IServerStreamWriter<MeasureRateResponse> stream, CancellationToken cancellationToken)
    {
        var rules = new RequestRules();
        var (states, observations) = rules.Model(request.Model);
        var length = request.HasLength ? request.Length : 3;
        var prompts = request.HasPrompts ? request.Prompts : 200;
        var counts = request.Counts.Count == 0 ? DefaultCounts : [.. request.Counts];
        rules.InRange("length", length, 1, 12);
        rules.InRange("prompts", prompts, 2, 10_000);
        rules.Require(counts.Length >= 3, "counts", $"must hold 3 numbers or more for a slope, has {counts.Length}");
        rules.Ascending("counts", counts);
        rules.InRange("counts", counts[0], 1, int.MaxValue);
        rules.InRange("counts", counts[^1], 1, 1_000_000);
        rules.ThrowIfBroken();
        limits.AdmitEnumeration(states, observations, length);
        limits.Check((double)prompts * counts[^1] * states * states, 0);

        var model = request.Model.ToModel(request.Seed);
        var measured = await ProgressStream.RunAsync(
            progress => RateExperiment.Run(model, length, counts, prompts, request.Seed, progress, cancellationToken),
            share => stream.WriteAsync(new() { Progress = share }, cancellationToken),
            cancellationToken);
        var report = new RateReport { Exponent = measured.Exponent, ExponentError = measured.ExponentError };
        report.Rows.AddRange(measured.Rows.Select(row => new RateRow { N = row.Count, Deviation = row.Deviation.ToMessage() }));
        await stream.WriteAsync(new() { Report = report }, cancellationToken);
    }
}
