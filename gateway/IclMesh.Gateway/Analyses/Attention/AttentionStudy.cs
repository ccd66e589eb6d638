using IclMesh.Gateway.Analyses.Recording;
using IclMesh.Gateway.V1;
using IclMesh.Inference.V1;

namespace IclMesh.Gateway.Analyses.Attention;

/// <summary>Experiments E1 to E6 of arXiv 2305.12766, and the checks that its reviews asked for.</summary>
internal sealed class AttentionStudy(AttentionAnalysis parameters, KernelCalls kernel) : IAnalysis
{
    private const int Orders = 3;
    private const int Neighbours = 8;

    private static readonly AttentionPooling[] AllPoolings =
        [AttentionPooling.Max, AttentionPooling.Sum, AttentionPooling.Mean, AttentionPooling.Label, AttentionPooling.Tail];

    private static readonly AttentionPooling[] LabelPooling = [AttentionPooling.Label];

    private int Aligned => parameters.HasAlignmentPrompts ? parameters.AlignmentPrompts : 300;

    private int Probed => parameters.HasProbePrompts ? parameters.ProbePrompts : 60;

    private int Alone => Math.Max(parameters.HasSimilarityPrompts ? parameters.SimilarityPrompts : 100, Probed);

    public IReadOnlyList<ISeries> Plan(StudyContext study, RecordingTools tools)
    {
        var @base = study.Base with { Poolings = AllPoolings };
        var plan = new List<ISeries> { tools.Prompts(@base), tools.Neighbours(Neighbours) };
        if (Math.Max(Aligned, Probed) > 0)
        {
            plan.Add(tools.Positions(@base, Aligned, Probed));
        }

        if (Alone > 0)
        {
            plan.Add(tools.Alone(@base, Alone));
        }

        plan.AddRange(Variants(study).Select(tools.Prompts));
        return plan;
    }

    public async Task<object> ComputeAsync(StudyContext study, Trace trace, CancellationToken cancellationToken)
    {
        var units = await trace.ReadAsync("base", cancellationToken);
        var neighbours = await trace.ReadAsync("neighbours", cancellationToken);
        var scans = new HeadScans(study, kernel, units, parameters.HasPermutations ? parameters.Permutations : 200);
        var heads = await scans.AllAsync(AllPoolings, cancellationToken);
        var main = await scans.MixtureAsync(LabelPooling, cancellationToken);
        var report = units.Where(unit => study.Reports(unit.Record.Row)).Select(unit => unit.Record).ToList();
        var predicted = units.ToDictionary(unit => unit.Record.Row, unit => unit.Record.Predicted);

        var conditions = new Dictionary<string, object>();
        foreach (var variant in Variants(study))
        {
            var changed = await trace.ReadAsync(variant.Name, cancellationToken);
            conditions[variant.Name] = new
            {
                model = await Accuracy.OfAsync(
                    kernel, [.. changed.Select(unit => unit.Record)], [.. changed.Select(unit => predicted[unit.Record.Row])], cancellationToken),
                kernel = await scans.ReportOnAsync(changed, LabelPooling, cancellationToken),
                agreementWithRotatedBase = variant.Labels == LabelChange.Rotated
                    ? await Accuracy.AgreementAsync(
                        kernel,
                        [.. changed.Select(unit => unit.Record)],
                        [.. changed.Select(unit => (predicted[unit.Record.Row] + 1) % study.Classes)],
                        cancellationToken)
                    : null,
            };
        }

        return new
        {
            kind = "attention",
            layers = study.Model.Layers,
            heads = study.Model.Heads,
            selectionRows = study.SelectionRows,
            reportRows = report.Count,
            accuracy = await Accuracy.OfAsync(kernel, report, baseline: null, cancellationToken),
            e1 = Aligned > 0 ? await new AlignedAttention(kernel).ComputeAsync(await trace.ReadAsync("positions", cancellationToken), cancellationToken) : null,
            e2 = heads.Document,
            e3 = Alone > 0
                ? await new SimilarityOfPredictions(kernel).ComputeAsync(
                    units, await trace.ReadAsync("alone", cancellationToken), heads.MaxAgreement, cancellationToken)
                : null,
            e4 = Probed > 0
                ? await new KeyValueProbes(study, kernel).ComputeAsync(
                    await trace.ReadAsync("positions", cancellationToken), await trace.ReadAsync("alone", cancellationToken), cancellationToken)
                : null,
            e5 = await scans.ReconstructionAsync(main, neighbours, cancellationToken),
            conditions,
            profile = ResultJson.Of(main.Profile),
        };
    }

    private IEnumerable<Condition> Variants(StudyContext study)
    {
        var variant = study.Base with { Rows = study.ReportRows, Poolings = LabelPooling };
        foreach (var rewriting in parameters.Rewritings)
        {
            yield return variant with { Name = $"rewritten.{rewriting}", Rewriting = rewriting };
        }

        if (!parameters.SkipChecks)
        {
            yield return variant with { Name = "labels.permuted", Labels = LabelChange.Permuted };
            yield return variant with { Name = "labels.rotated", Labels = LabelChange.Rotated };
            for (var order = 1; order <= Orders; order++)
            {
                yield return variant with { Name = $"order.{order}", Order = order };
            }
        }
    }
}
