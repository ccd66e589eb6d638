using IclMesh.Gateway.Analyses.Recording;
using IclMesh.Gateway.Predict;
using IclMesh.Gateway.V1;

namespace IclMesh.Gateway.Analyses.Practice;

/// <summary>What changes accuracy in practice: number, choice, labels, wording and order of the demonstrations; and what the model says to nothing.</summary>
internal sealed class PracticeStudy(PracticeAnalysis parameters, KernelCalls kernel) : IAnalysis
{
    /// <summary>Inputs that say nothing (Zhao et al. 2021).</summary>
    public static readonly string[] ContentFree = ["N/A", "[MASK]", ""];

    /// <summary>Orders of the fixed demonstrations that are recorded; kNN prompting needs the first.</summary>
    private int FixedOrders => Math.Max(parameters.OrderSearch, parameters.Anchors > 0 ? 1 : 0);

    public IReadOnlyList<ISeries> Plan(StudyContext study, RecordingTools tools) =>
    [
        tools.Prompts(study.Base),
        .. Variants(study).Select(tools.Prompts),
        .. Enumerable.Range(0, FixedOrders).Select(order => tools.Prompts(OrderSearch.Condition(study, order))),
        .. parameters.Anchors > 0 ? [tools.NextTokens(NeighbourPrompting.Condition(study, parameters.Anchors))] : Array.Empty<ISeries>(),
    ];

    public async Task<object> ComputeAsync(StudyContext study, Trace trace, CancellationToken cancellationToken)
    {
        var records = await ReadAsync(trace, "base", cancellationToken);
        int[] predicted = [.. records.Select(record => record.Predicted)];
        var conditions = new Dictionary<string, object>();
        foreach (var variant in Variants(study).Where(variant => variant.Input is null))
        {
            conditions[variant.Name] = await Accuracy.OfAsync(kernel, await ReadAsync(trace, variant.Name, cancellationToken), predicted, cancellationToken);
        }

        return new
        {
            kind = "practice",
            @base = await Accuracy.OfAsync(kernel, records, baseline: null, cancellationToken),
            conditions,
            calibration = parameters.Calibration ? await CalibrateAsync(study, trace, records, cancellationToken) : null,
            orderSearch = parameters.OrderSearch > 0
                ? await new OrderSearch(study, kernel).ComputeAsync(trace, parameters.OrderSearch, cancellationToken)
                : null,
            neighbourPrompting = parameters.Anchors > 0
                ? await new NeighbourPrompting(study, kernel).ComputeAsync(trace, parameters.Anchors, cancellationToken)
                : null,
        };
    }

    private static async Task<List<PromptRecord>> ReadAsync(Trace trace, string name, CancellationToken cancellationToken) =>
        [.. (await trace.ReadAsync(name, cancellationToken)).Select(unit => unit.Record)];

    private IEnumerable<Condition> Variants(StudyContext study)
    {
        foreach (var k in parameters.DemonstrationCounts)
        {
            yield return study.Base with { Name = $"k.{k}", K = k };
        }

        foreach (var strategy in parameters.Strategies)
        {
            yield return study.Base with { Name = $"strategy.{strategy.ToString().ToLowerInvariant()}", Strategy = strategy };
        }

        foreach (var noise in parameters.LabelNoise)
        {
            yield return study.Base with { Name = FormattableString.Invariant($"noise.{noise}"), Labels = LabelChange.Noisy, Noise = noise };
        }

        foreach (var (index, template) in parameters.Templates.Index())
        {
            yield return study.Base with { Name = $"template.{index}", Template = template };
        }

        for (var order = 1; order <= parameters.Orders; order++)
        {
            yield return study.Base with { Name = $"order.{order}", Order = order };
        }

        for (var text = 0; parameters.Calibration && text < ContentFree.Length; text++)
        {
            yield return study.Base with { Name = $"nothing.{text}", Input = ContentFree[text] };
        }
    }

    /// <summary>Contextual calibration with the same demonstrations, and what the model says to nothing.</summary>
    private async Task<object> CalibrateAsync(StudyContext study, Trace trace, List<PromptRecord> records, CancellationToken cancellationToken)
    {
        var nothing = new List<List<PromptRecord>>();
        for (var text = 0; text < ContentFree.Length; text++)
        {
            nothing.Add(await ReadAsync(trace, $"nothing.{text}", cancellationToken));
        }

        var calibrated = records.Select((record, row) => record with
        {
            Probabilities = ContextualCalibration.Apply(record.LogProbabilities, [.. nothing.Select(answers => answers[row].LogProbabilities)]).Probabilities,
        }).ToList();
        return new
        {
            calibrated = await Accuracy.OfAsync(kernel, calibrated, [.. records.Select(record => record.Predicted)], cancellationToken),
            prior = Enumerable.Range(0, study.Classes).Select(label => new
            {
                label = study.Verbalizer.Name(label),
                probability = nothing.SelectMany(answers => answers).Average(answer => answer.Probabilities[label]),
            }),
            labelMassOnNothing = nothing.SelectMany(answers => answers).Average(answer => answer.LabelMass),
            labelMass = records.Average(record => record.LabelMass),
        };
    }
}
