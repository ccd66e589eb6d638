namespace IclMesh.Kernel.Core.Probes;

/// <summary>Scores of induction heads (C. Olsson et al., "In-context Learning and Induction Heads", 2022).</summary>
public static class InductionScores
{
    /// <summary>Prefix matching: mean attention from a repeated token to the positions right after its earlier occurrences, in [0, 1].</summary>
    /// <param name="attention">Attention of one head, [T, T], query by key.</param>
    /// <param name="tokens">Token ids, [T].</param>
    /// <returns>NaN where no token repeats.</returns>
    public static double PrefixMatching(ReadOnlySpan<float> attention, ReadOnlySpan<int> tokens)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(attention.Length, tokens.Length * tokens.Length);
        double sum = 0;
        var repeated = 0;
        for (var t = 1; t < tokens.Length; t++)
        {
            var found = false;
            for (var s = 0; s + 1 < t; s++)
            {
                if (tokens[s] == tokens[t])
                {
                    sum += attention[(t * tokens.Length) + s + 1];
                    found = true;
                }
            }

            repeated += found ? 1 : 0;
        }

        return repeated == 0 ? double.NaN : sum / repeated;
    }

    /// <summary>Copying: share of a head's raise of the logits that goes to the attended token, mapped to [-1, 1].</summary>
    /// <param name="contributions">What the head's value-output path adds to every logit when it attends to token i, [tokens, V].</param>
    /// <param name="tokens">Attended token ids, [tokens].</param>
    public static double Copying(DenseMatrix contributions, ReadOnlySpan<int> tokens)
    {
        ArgumentNullException.ThrowIfNull(contributions);
        ArgumentOutOfRangeException.ThrowIfNotEqual(tokens.Length, contributions.Rows);
        var sum = 0.0;
        for (var i = 0; i < tokens.Length; i++)
        {
            var row = contributions.Row(i).ToArray();
            TensorPrimitives.Subtract(row, TensorPrimitives.Average<double>(row), row);
            TensorPrimitives.Max<double>(row, 0, row);
            var total = TensorPrimitives.Sum<double>(row);
            sum += total == 0 ? 0 : (2 * row[tokens[i]] / total) - 1;
        }

        return sum / tokens.Length;
    }
}
