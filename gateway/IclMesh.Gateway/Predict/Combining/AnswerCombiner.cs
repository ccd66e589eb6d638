using System.Runtime.InteropServices;
using Google.Protobuf;
using IclMesh.Gateway.Legs;
using IclMesh.Gateway.V1;
using IclMesh.Kernel.V1;

namespace IclMesh.Gateway.Predict.Combining;

/// <summary>Puts the model's answer and the neighbours' vote together.</summary>
internal sealed class AnswerCombiner(EvaluationService.EvaluationServiceClient evaluation)
{
    /// <summary>The receipt of a prediction that the kernel makes alone.</summary>
    public static PredictResponse KernelAlone(NeighbourVote vote, Verbalizer verbalizer)
    {
        var combined = Describe(vote, verbalizer);
        combined.AnsweredBy = Answerer.Kernel;
        combined.Label = verbalizer.Name(vote.Label);
        combined.Probabilities.AddRange(vote.Shares);
        return new()
        {
            Label = combined.Label,
            Combined = combined,
            Demonstrations =
            {
                vote.Voters.Demonstrations.Select(voter => new DemonstrationReceipt
                {
                    Id = voter.Hit.Demonstration.Id,
                    Text = voter.Hit.Demonstration.Text,
                    Label = verbalizer.Name(voter.Label),
                    Similarity = voter.Hit.Similarity,
                    SimilarityWeight = 1.0 / vote.Voters.Demonstrations.Count,
                    Reason = voter.Hit.Reason,
                }),
            },
            Rejections = { vote.Voters.Rejections },
            Usage = new(),
            Encoder = vote.Voters.Encoder,
            CollectionVersion = vote.Voters.CollectionVersion,
            ExactSearch = vote.Voters.Exact,
        };
    }

    /// <summary>The combined answer where the model was asked.</summary>
    /// <param name="combination">Pool or cascade.</param>
    /// <param name="answer">The model's answer; its calibrated distribution counts where there is one.</param>
    /// <param name="vote">The kernel's.</param>
    /// <param name="verbalizer">Names the labels.</param>
    /// <param name="legs">Records the call.</param>
    /// <param name="cancellationToken">The caller's token.</param>
    public async Task<CombinedAnswer> CombineAsync(
        Combination combination, PredictResponse answer, NeighbourVote vote, Verbalizer verbalizer, LegRecorder legs, CancellationToken cancellationToken)
    {
        var combined = Describe(vote, verbalizer);
        var pools = combination.Method == CombinationMethod.Pool;
        combined.AnsweredBy = pools ? Answerer.Pool : Answerer.Model;
        combined.Probabilities.AddRange(
            pools ? await PoolAsync(combination, answer, vote, legs, cancellationToken)
            : answer.Calibration?.Probabilities ?? answer.Probabilities.Select(label => label.Probability));
        var (best, probability) = combined.Probabilities.Index().MaxBy(label => label.Item);
        combined.Abstained = combination.HasMinimumProbability && probability < combination.MinimumProbability;
        combined.Label = combined.Abstained ? "" : verbalizer.Name(best);
        return combined;
    }

    private async Task<double[]> PoolAsync(
        Combination combination, PredictResponse answer, NeighbourVote vote, LegRecorder legs, CancellationToken cancellationToken)
    {
        // A calibrated share may be 0 in doubles; its logarithm must stay finite.
        double[] logProbabilities = answer.Calibration is { } calibrated
            ? [.. calibrated.Probabilities.Select(share => Math.Log(Math.Max(share, double.Epsilon)))]
            : [.. answer.Probabilities.Select(label => label.LogProbability)];
        var request = new PoolPredictionsRequest
        {
            ModelLogProbabilities = Row(logProbabilities),
            KernelShares = Row(vote.Shares),
            Weight = combination.HasWeight ? combination.Weight : CombinationRules.DefaultWeight,
        };
        var pooled = await legs.RunAsync(Leg.Pool, () => evaluation.PoolPredictionsAsync(request, cancellationToken: cancellationToken));
        return MemoryMarshal.Cast<byte, double>(pooled.Probabilities.Values.Span).ToArray();
    }

    private static CombinedAnswer Describe(NeighbourVote vote, Verbalizer verbalizer) => new()
    {
        KernelLabel = verbalizer.Name(vote.Label),
        KernelShares = { vote.Shares },
        Neighbours = vote.Voters.Demonstrations.Count,
        MeanSimilarity = vote.MeanSimilarity,
    };

    private static DoubleMatrix Row(double[] values) =>
        new() { Rows = 1, Columns = values.Length, Values = ByteString.CopyFrom(MemoryMarshal.AsBytes<double>(values)) };
}
