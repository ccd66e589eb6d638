namespace IclMesh.Gateway.Analyses.Influence;

/// <summary>Margins of a label over the best other one, and how a vote's margin changes when a voter leaves.</summary>
internal static class Margins
{
    /// <summary>Value of a label minus the greatest other one.</summary>
    public static double Of(IReadOnlyList<double> values, int label) =>
        values[label] - values.Where((_, other) => other != label).Max();

    /// <summary>Margin of a label in the vote of all minus its margin in the vote without one voter.</summary>
    /// <param name="weights">Weight of each voter, 0 or more, [N].</param>
    /// <param name="labels">Label of each voter, [N].</param>
    /// <param name="leaving">The voter that leaves.</param>
    /// <param name="label">The label.</param>
    /// <param name="classes">Number of labels.</param>
    public static double Effect(ReadOnlySpan<float> weights, int[] labels, int leaving, int label, int classes)
    {
        var votes = new double[classes];
        var total = 0.0;
        for (var i = 0; i < labels.Length; i++)
        {
            votes[labels[i]] += weights[i];
            total += weights[i];
        }

        var rest = total - weights[leaving];
        var with = total > 0 ? Of(votes, label) / total : 0;
        votes[labels[leaving]] -= weights[leaving];
        return with - (rest > 0 ? Of(votes, label) / rest : 0);
    }
}
