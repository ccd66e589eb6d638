using IclMesh.Gateway.Analyses.Recording;
using IclMesh.Gateway.V1;
using IclMesh.Inference.V1;
using IclMesh.Kernel.V1;

namespace IclMesh.Gateway.Analyses.Influence;

/// <summary>
/// Measures what removing each demonstration does, and correlates it with estimates from one pass: how far explanations can be trusted.
/// </summary>
internal sealed class InfluenceStudy(InfluenceAnalysis parameters, KernelCalls kernel) : IAnalysis
{
    private const int DefaultPrompts = 100;
    private static readonly AttentionPooling[] Pooling = [AttentionPooling.Label];

    private int Prompts => parameters.HasPrompts ? parameters.Prompts : DefaultPrompts;

    public IReadOnlyList<ISeries> Plan(StudyContext study, RecordingTools tools) =>
        [tools.Prompts(study.Base with { Poolings = Pooling }), .. Removals(study).Select(tools.Prompts)];

    public async Task<object> ComputeAsync(StudyContext study, Trace trace, CancellationToken cancellationToken)
    {
        var units = await trace.ReadAsync("base", cancellationToken);
        var profile = await FitMixtureAsync(study, units, cancellationToken);
        var full = units.ToDictionary(unit => unit.Record.Row);
        var removed = new List<RemovedDemonstration>();
        foreach (var condition in Removals(study))
        {
            foreach (var without in await trace.ReadAsync(condition.Name, cancellationToken))
            {
                var with = full[without.Record.Row];

                // A demonstration that did not fit cannot be removed; the pairs would compare different prompts.
                if (with.Record.Demonstrations.Length == study.K)
                {
                    removed.Add(await CompareAsync(study, with, without.Record, condition.LeftOut, profile, cancellationToken));
                }
            }
        }

        var estimator = new InfluenceEstimator(study, kernel);
        return new
        {
            kind = "influence",
            prompts = removed.Where(one => study.Reports(one.Row)).Select(one => one.Row).Distinct().Count(),
            demonstrations = removed.Count(one => study.Reports(one.Row)),
            fitPrompts = removed.Where(one => !study.Reports(one.Row)).Select(one => one.Row).Distinct().Count(),
            mixtureHeads = profile.Heads.Count,
            estimates = await estimator.CorrelateAsync(removed, cancellationToken),
            effects = removed.Where(one => study.Reports(one.Row)).Select(one => new { one.Row, one.Effect, one.Sign, one.Similarity, one.MixtureEffect }),
        };
    }

    private IEnumerable<Condition> Removals(StudyContext study)
    {
        // The first rows of both parts: one fits estimators, the other reports.
        int[] rows = [.. study.AllRows.Take(study.SelectionRows).Take(Prompts), .. study.ReportRows.Take(Prompts)];
        return Enumerable.Range(0, study.K).Select(place => study.Base with { Name = $"without.{place}", Rows = rows, LeftOut = place });
    }

    private async Task<HeadProfile> FitMixtureAsync(StudyContext study, IReadOnlyList<RecordedUnit> units, CancellationToken cancellationToken)
    {
        var options = new ScanHeadsOptions
        {
            Layers = study.Model.Layers,
            Heads = study.Model.Heads,
            Classes = study.Classes,
            Poolings = { $"{Pooling[0]}" },
            Seed = study.Seed,
            ProfileName = "influence",
        };
        var prompts = units.Select(unit => HeadPrompts.Of(unit, Pooling, study.Reports(unit.Record.Row), logs: true));
        return (await kernel.ScanHeadsAsync(options, prompts, cancellationToken)).Profile;
    }

    private async Task<RemovedDemonstration> CompareAsync(
        StudyContext study, RecordedUnit with, PromptRecord without, int place, HeadProfile profile, CancellationToken cancellationToken)
    {
        var label = with.Record.Predicted;
        var demonstration = with.Record.Demonstrations[place];
        int[] labels = [.. with.Record.Demonstrations.Select(d => d.Label)];
        var attention = with.Tensors[PromptSeries.Quantity(Pooling[0])];
        return new()
        {
            Row = without.Row,
            Effect = Margins.Of(with.Record.LogProbabilities, label) - Margins.Of(without.LogProbabilities, label),
            Sign = demonstration.Label == label ? 1 : -1.0 / (study.Classes - 1),
            Similarity = demonstration.Similarity,
            Distance = (labels.Length - 1.0 - place) / labels.Length,
            HeadEffects =
            [
                .. Enumerable.Range(0, attention.Values.Length / labels.Length).Select(head =>
                    Margins.Effect(attention.Values.AsSpan(head * labels.Length, labels.Length), labels, place, label, study.Classes)),
            ],
            MixtureEffect = await MixtureMarginAsync(study, attention, labels, leftOut: -1, label, profile, cancellationToken)
                - await MixtureMarginAsync(study, attention, labels, place, label, profile, cancellationToken),
        };
    }

    /// <summary>Margin of a label in the mixture's prediction, in nats, with a demonstration left out of the normalisation.</summary>
    private async Task<double> MixtureMarginAsync(
        StudyContext study, NamedTensor attention, int[] labels, int leftOut, int label, HeadProfile profile, CancellationToken cancellationToken)
    {
        var kept = labels.Length - (leftOut < 0 ? 0 : 1);
        var values = attention.Values.Where((_, index) => index % labels.Length != leftOut).ToArray();
        var view = await kernel.ExplainAsync(
            new()
            {
                Labels = { labels.Where((_, index) => index != leftOut) },
                ModelProbabilities = { Enumerable.Repeat(1.0 / study.Classes, study.Classes) },
                Attention = KernelCalls.Tensor([attention.Shape[0], attention.Shape[1], kept], values),
                Profile = profile,
            },
            cancellationToken);
        return Margins.Of([.. view.Views[0].Probabilities.Select(probability => Math.Log(Math.Max(probability, 1e-300)))], label);
    }
}
