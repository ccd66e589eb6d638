using IclMesh.Gateway.V1;

namespace IclMesh.Gateway.Predict.Combining;

/// <summary>What the nearest stored demonstrations say of an input: kernel regression with a uniform kernel over its neighbours.</summary>
/// <param name="Voters">The neighbours and how they were found, most similar first.</param>
/// <param name="Shares">Every label's share of them, [C]; sums to 1.</param>
internal sealed record NeighbourVote(SelectedDemonstrations Voters, double[] Shares)
{
    /// <summary>Label with most votes, the first of equals.</summary>
    public int Label => Shares.Index().MaxBy(label => label.Item).Index;

    /// <summary>Mean similarity of the neighbours to the input: how densely the input is surrounded.</summary>
    public double MeanSimilarity => Voters.Demonstrations.Average(voter => voter.Hit.Similarity);

    /// <summary>True where a cascade lets the kernel answer.</summary>
    /// <param name="combination">A cascade, checked.</param>
    public bool IsSure(Combination combination)
    {
        // Shares are fractions of small counts: 0.7 as a sum of tenths must not miss a threshold of 0.7 by a rounding error.
        const double Rounding = 1e-9;
        var sure = combination.SureCase == Combination.SureOneofCase.ConformalThreshold
            ? Shares.Count(share => share >= combination.ConformalThreshold - Rounding) == 1
            : Shares[Label] >= (combination.HasThreshold ? combination.Threshold : CombinationRules.DefaultThreshold) - Rounding;
        return sure && (!combination.HasMinimumSimilarity || MeanSimilarity >= combination.MinimumSimilarity);
    }
}
