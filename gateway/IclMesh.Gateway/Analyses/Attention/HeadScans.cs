using IclMesh.Gateway.Analyses.Recording;
using IclMesh.Inference.V1;
using IclMesh.Kernel.V1;

namespace IclMesh.Gateway.Analyses.Attention;

/// <summary>E2 and E5: heads as kernels, chosen on the selection rows and reported on the others.</summary>
internal sealed class HeadScans(StudyContext study, KernelCalls kernel, IReadOnlyList<RecordedUnit> units, int permutations)
{
    /// <summary>Every pooling and head.</summary>
    /// <returns>The document, and agreement per head by the paper's pooling.</returns>
    public async Task<(object Document, IReadOnlyList<double> MaxAgreement)> AllAsync(IReadOnlyList<AttentionPooling> poolings, CancellationToken cancellationToken)
    {
        var scan = await kernel.ScanHeadsAsync(Options(poolings), Prompts(units, poolings, logs: false), cancellationToken);
        var heads = study.Model.Heads;
        var byPooling = scan.Heads.GroupBy(head => head.Pooling).ToDictionary(group => group.Key, group => new
        {
            agreement = ResultJson.Grid(group.Select(head => head.ReportAgreement), heads),
            selectionAgreement = ResultJson.Grid(group.Select(head => head.SelectionAgreement), heads),
            accuracy = ResultJson.Grid(group.Select(head => head.ReportAccuracy), heads),
        });
        var document = new
        {
            poolings = byPooling,
            best = View(scan.BestHead, scan.BestHeadScore),
            mostFrequentLabel = ResultJson.Of(scan.MostFrequentLabel),
            modelMajority = scan.ModelMajority,
            selectionCurve = scan.Curve.Select(point => new { point.Prompts, point.SelectionAgreement, point.ReportAgreement }),
            layers = scan.Layers.Select(layer => new { layer.Layer, layer.AreaUnderCurve, layer.CumulativeShare }),
        };
        return (document, [.. scan.Heads.Where(head => head.Pooling == $"{AttentionPooling.Max}").Select(head => head.ReportAgreement)]);
    }

    /// <summary>One pooling, with a fitted mixture of heads.</summary>
    public Task<ScanHeadsResponse> MixtureAsync(IReadOnlyList<AttentionPooling> poolings, CancellationToken cancellationToken) =>
        kernel.ScanHeadsAsync(Options(poolings), Prompts(units, poolings, logs: true), cancellationToken);

    /// <summary>Head and mixture that the base's selection rows choose, reported on the prompts of another condition.</summary>
    public async Task<object> ReportOnAsync(
        IReadOnlyList<RecordedUnit> changed, IReadOnlyList<AttentionPooling> poolings, CancellationToken cancellationToken)
    {
        var prompts = units.Where(unit => !study.Reports(unit.Record.Row)).Concat(changed);
        var scan = await kernel.ScanHeadsAsync(Options(poolings), Prompts(prompts, poolings, logs: true), cancellationToken);
        return new
        {
            bestHead = View(scan.BestHead, scan.BestHeadScore),
            mixture = View(scan.MixtureScore),
            mostFrequentLabel = ResultJson.Of(scan.MostFrequentLabel),
        };
    }

    /// <summary>E5: how well kernels reproduce the model, and how well they do without it.</summary>
    public async Task<object> ReconstructionAsync(
        ScanHeadsResponse main, IReadOnlyList<RecordedUnit> neighbours, CancellationToken cancellationToken)
    {
        var encoder = await kernel.ScanHeadsAsync(
            Options(1, 1, ["cosine"]),
            units.Select(unit => HeadPrompts.Of(unit.Record, unit.Record.Demonstrations, d => Math.Max(0, d.Similarity), study.Reports(unit.Record.Row))),
            cancellationToken);
        var nearest = await kernel.ScanHeadsAsync(
            Options(1, 1, ["count"]),
            units.Zip(neighbours).Select(pair => HeadPrompts.Of(
                pair.First.Record, pair.Second.Record.Demonstrations, _ => 1, study.Reports(pair.First.Record.Row))),
            cancellationToken);
        return new
        {
            bestHead = View(main.BestHead, main.BestHeadScore),
            mixture = View(main.MixtureScore),
            mixtureHeads = main.Profile.Heads.Count,
            mostFrequentLabel = ResultJson.Of(main.MostFrequentLabel),
            modelMajority = main.ModelMajority,
            modelAccuracy = main.ModelAccuracy,
            encoderKernel = View(encoder.BestHeadScore),
            nearestNeighbours = View(nearest.BestHeadScore),
        };
    }

    private IEnumerable<RecordedPrompt> Prompts(IEnumerable<RecordedUnit> prompts, IReadOnlyList<AttentionPooling> poolings, bool logs) =>
        prompts.Where(unit => unit.Record.Demonstrations.Length > 0).Select(unit => HeadPrompts.Of(unit, poolings, study.Reports(unit.Record.Row), logs));

    private ScanHeadsOptions Options(IReadOnlyList<AttentionPooling> poolings) =>
        Options(study.Model.Layers, study.Model.Heads, [.. poolings.Select(pooling => $"{pooling}")]);

    private ScanHeadsOptions Options(int layers, int heads, IReadOnlyList<string> poolings) => new()
    {
        Layers = layers,
        Heads = heads,
        Classes = study.Classes,
        Poolings = { poolings },
        Permutations = permutations,
        Seed = study.Seed,
        ProfileName = $"{study.Study.Model} {study.Study.Collection}",
    };

    private static object View(HeadScore head, ViewScore score) => new { head.Layer, head.Head, head.Pooling, head.SelectionAgreement, view = View(score) };

    private static object? View(ViewScore? score) => score is null
        ? null
        : new
        {
            agreement = ResultJson.Of(score.Agreement),
            accuracy = score.Accuracy,
            nullAgreement = score.NullAgreement,
            nullHigh = score.NullHigh,
            pValue = score.PValue,
            beatsNull = score.BeatsNull,
            correlation = ResultJson.Of(score.Correlation),
        };
}
