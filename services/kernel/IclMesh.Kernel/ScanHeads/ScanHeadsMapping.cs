using IclMesh.Kernel.Core.Heads;
using IclMesh.Kernel.V1;

namespace IclMesh.Kernel.ScanHeads;

internal static class ScanHeadsMapping
{
    public static HeadScanOptions ToOptions(this ScanHeadsOptions options) => new(
        options.Layers,
        options.Heads,
        options.Classes,
        options.Poolings.Count,
        options.HasPermutations ? options.Permutations : 200,
        options.HasMixtureHeads ? options.MixtureHeads : 0,
        options.HasRidge ? options.Ridge : 10,
        options.HasCurveRepeats ? options.CurveRepeats : 20,
        options.Seed);

    public static Core.Heads.RecordedPrompt ToPrompt(this V1.RecordedPrompt prompt) => new(
        [.. prompt.Attention.Select(tensor => tensor.Span().ToArray())],
        [.. prompt.Labels],
        prompt.ModelLabel,
        prompt.HasGoldLabel ? prompt.GoldLabel : -1,
        prompt.LogProbabilities.Count == 0 ? null : [.. prompt.LogProbabilities],
        prompt.Report);

    public static ScanHeadsResponse ToResponse(this HeadScanReport report, ScanHeadsOptions options)
    {
        var response = new ScanHeadsResponse
        {
            BestHead = report.Best.ToMessage(options),
            BestHeadScore = report.BestScore.ToMessage(),
            MixtureScore = report.MixtureScore?.ToMessage(),
            MostFrequentLabel = report.MostFrequentLabel.ToMessage(),
            ModelMajority = report.ModelMajority,
            ModelAccuracy = report.ModelAccuracy,
            SelectionPrompts = report.SelectionPrompts,
            ReportPrompts = report.ReportPrompts,
        };
        response.Heads.AddRange(report.Scores.Select(score => score.ToMessage(options)));
        response.Curve.AddRange(report.Curve.Select(point => new SelectionPoint
        {
            Prompts = point.Prompts,
            SelectionAgreement = point.SelectionAgreement,
            ReportAgreement = point.ReportAgreement,
        }));
        response.Layers.AddRange(report.LayerScores.Select(layer => new V1.LayerScore
        {
            Layer = layer.Layer,
            AreaUnderCurve = layer.AreaUnderCurve,
            CumulativeShare = layer.CumulativeShare,
        }));
        (response.Profile, response.ProfilePooling) = Profile(report, options);
        return response;
    }

    private static V1.HeadScore ToMessage(this Core.Heads.HeadScore score, ScanHeadsOptions options) => new()
    {
        Pooling = options.Poolings[score.Pooling],
        Layer = score.Layer,
        Head = score.Head,
        SelectionAgreement = score.SelectionAgreement,
        ReportAgreement = score.ReportAgreement,
        ReportAccuracy = score.ReportAccuracy,
    };

    private static V1.ViewScore ToMessage(this Core.Heads.ViewScore score) => new()
    {
        Agreement = score.Agreement.ToMessage(),
        Accuracy = score.Accuracy,
        NullAgreement = score.NullAgreement,
        NullHigh = score.NullHigh,
        PValue = score.PValue,
        Correlation = score.Correlation.ToMessage(),
        BeatsNull = score.BeatsNull,
    };

    /// <summary>The mixture where there is one and it uses a single pooling, which is all that an explanation can be given; else the best head.</summary>
    private static (HeadProfile Profile, string Pooling) Profile(HeadScanReport report, ScanHeadsOptions options)
    {
        var perPooling = options.Layers * options.Heads;
        var profile = new HeadProfile { Name = options.ProfileName };
        var view = report.BestScore;
        var pooling = report.Best.Pooling;
        if (report.Mixture is { } mixture && options.Poolings.Count == 1 && mixture.Weights.Any(weight => weight > 0))
        {
            for (var h = 0; h < mixture.Weights.Length; h++)
            {
                if (mixture.Weights[h] > 0)
                {
                    profile.Heads.Add(new HeadWeight { Layer = h % perPooling / options.Heads, Head = h % options.Heads, Weight = mixture.Weights[h] });
                }
            }

            profile.ClassBiases.AddRange(mixture.Biases);
            view = report.MixtureScore!;
        }
        else
        {
            profile.Heads.Add(new HeadWeight { Layer = report.Best.Layer, Head = report.Best.Head, Weight = 1 });
        }

        profile.Faithfulness = new()
        {
            Agreement = view.Agreement.Estimate,
            Low = view.Agreement.Low,
            High = view.Agreement.High,
            NullAgreement = view.NullAgreement,
            Prompts = report.ReportPrompts,
        };
        return (profile, options.Poolings[pooling]);
    }
}
