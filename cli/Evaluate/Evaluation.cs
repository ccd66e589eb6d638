using IclMesh.Cli.Demonstrations;
using IclMesh.Gateway.V1;

namespace IclMesh.Cli.Evaluate;

/// <summary>What an evaluation found.</summary>
/// <param name="Accuracy">Share of rows whose label was predicted; a row without an answer counts as wrong.</param>
/// <param name="Majority">Accuracy of always saying the most frequent label of these rows.</param>
/// <param name="Confusion">[gold, predicted] counts.</param>
/// <param name="Kernel">How well a kernel view reproduces the model; null without explanations.</param>
/// <param name="Calibrated">Accuracy after contextual calibration; null where it was not asked for.</param>
/// <param name="Combined">What kernel and model reach together; null where they were not combined.</param>
/// <param name="Elapsed">Wall time of all predictions.</param>
internal sealed record Evaluation(
    Proportion Accuracy,
    Proportion Majority,
    int[][] Confusion,
    KernelAgreement? Kernel,
    Proportion? Calibrated,
    CombinedEvaluation? Combined,
    TimeSpan Elapsed)
{
    public double RowsPerSecond => Accuracy.Total / Elapsed.TotalSeconds;

    public static Evaluation Of(IReadOnlyList<LabelledText> rows, IReadOnlyList<PredictResponse> answers, LabelList labels, TimeSpan elapsed)
    {
        var confusion = labels.Words.Select(_ => new int[labels.Words.Count]).ToArray();
        foreach (var (row, answer) in rows.Zip(answers))
        {
            if (answer.Combined is not { Abstained: true })
            {
                confusion[row.Label][labels.IndexOf(answer.Combined?.Label ?? answer.Label)]++;
            }
        }

        var right = Enumerable.Range(0, labels.Words.Count).Sum(label => confusion[label][label]);
        var majority = rows.CountBy(row => row.Label).Max(label => label.Value);
        return new(
            new(right, rows.Count),
            new(majority, rows.Count),
            confusion,
            KernelAgreement.Of(answers),
            Calibration(rows, answers, labels),
            CombinedEvaluation.Of(rows, answers, labels),
            elapsed);
    }

    private static Proportion? Calibration(IReadOnlyList<LabelledText> rows, IReadOnlyList<PredictResponse> answers, LabelList labels)
    {
        var pairs = rows.Zip(answers).Where(pair => pair.Second.Calibration is not null).ToList();
        return pairs.Count > 0 ? Proportion.Of(pairs, pair => labels.IndexOf(pair.Second.Calibration.Label) == pair.First.Label) : null;
    }
}
