using IclMesh.Cli.Demonstrations;
using IclMesh.Gateway.V1;

namespace IclMesh.Cli.Evaluate;

/// <summary>What kernel and model reach together.</summary>
/// <param name="Answered">Accuracy on the rows that were answered; null where none was.</param>
/// <param name="Coverage">Share of the rows that were answered.</param>
/// <param name="ByKernel">Share of the rows that the kernel answered without the model.</param>
/// <param name="KernelAccuracy">Accuracy on these; null where there are none.</param>
/// <param name="KernelLatency">Time of a prediction without the model; null where there is none.</param>
/// <param name="ModelLatency">Time of a prediction that asked the model; null where there is none.</param>
internal sealed record CombinedEvaluation(
    Proportion? Answered, Proportion Coverage, Proportion ByKernel, Proportion? KernelAccuracy, Latency? KernelLatency, Latency? ModelLatency)
{
    /// <summary>Null where kernel and model were not combined.</summary>
    public static CombinedEvaluation? Of(IReadOnlyList<LabelledText> rows, IReadOnlyList<PredictResponse> answers, LabelList labels)
    {
        if (answers.Any(answer => answer.Combined is null))
        {
            return null;
        }

        var pairs = rows.Zip(answers).ToList();
        var kernel = pairs.Where(pair => pair.Second.Combined.AnsweredBy == Answerer.Kernel).ToList();
        var answered = pairs.Where(pair => !pair.Second.Combined.Abstained).ToList();
        return new(
            Accuracy(answered, labels),
            new(answered.Count, pairs.Count),
            new(kernel.Count, pairs.Count),
            Accuracy(kernel, labels),
            Latency.Of(kernel.Select(pair => pair.Second)),
            Latency.Of(pairs.Except(kernel).Select(pair => pair.Second)));
    }

    private static Proportion? Accuracy(List<(LabelledText Row, PredictResponse Answer)> pairs, LabelList labels) =>
        pairs.Count == 0 ? null : Proportion.Of(pairs, pair => labels.IndexOf(pair.Answer.Combined.Label) == pair.Row.Label);
}
