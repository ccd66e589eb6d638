namespace IclMesh.Kernel.Core.Explanation;

/// <summary>Reads a model's prediction as kernel regression with attention, or any given kernel, over its demonstrations.</summary>
/// <remarks>
/// Source: arXiv 2305.12766, sections 4 and 5, widened from one head to a non-negative mixture. Head h gives demonstration i the share
/// s_hi = a_hi / Σ_j a_hj; the view's weight is W_i = Σ_h w_h s_hi / Σ_h w_h. A head without any attention on demonstrations takes no part.
/// </remarks>
public static class PredictionExplainer
{
    /// <summary>The view through a model's attention.</summary>
    /// <param name="attention">Attention pooled per demonstration, [L, H, N], 0 or more.</param>
    /// <param name="layers">L.</param>
    /// <param name="heads">H.</param>
    /// <param name="labels">Labels, one-hot or soft, [N, C].</param>
    /// <param name="modelLabel">The model's label, from 0.</param>
    /// <param name="profile">Heads that form the kernel; null takes <see cref="AttentionProfile.Default"/>.</param>
    public static PredictionView FromAttention(
        ReadOnlySpan<float> attention, int layers, int heads, DenseMatrix labels, int modelLabel, AttentionProfile? profile = null)
    {
        ArgumentNullException.ThrowIfNull(labels);
        var demonstrations = labels.Rows;
        ArgumentOutOfRangeException.ThrowIfNotEqual(attention.Length, layers * heads * demonstrations);
        profile ??= AttentionProfile.Default(layers, heads);
        var kernel = new DenseMatrix(profile.Heads.Count, demonstrations);
        for (var h = 0; h < profile.Heads.Count; h++)
        {
            var (layer, head, _) = profile.Heads[h];
            TensorPrimitives.ConvertTruncating(attention.Slice(((layer * heads) + head) * demonstrations, demonstrations), kernel.Row(h));
        }

        return Explain(kernel, [.. profile.Heads.Select(head => head.Weight)], profile.ClassBiases, labels, modelLabel);
    }

    /// <summary>The view through one given kernel, for example similarities of a sentence encoder; negative values count as 0.</summary>
    /// <param name="kernel">Kernel value per demonstration, finite, [N].</param>
    /// <param name="labels">Labels, one-hot or soft, [N, C].</param>
    /// <param name="modelLabel">The model's label, from 0.</param>
    public static PredictionView FromKernel(ReadOnlySpan<double> kernel, DenseMatrix labels, int modelLabel)
    {
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentOutOfRangeException.ThrowIfNotEqual(kernel.Length, labels.Rows);
        var clipped = new DenseMatrix(1, kernel.Length);
        TensorPrimitives.Max(kernel, 0, clipped.Values);
        return Explain(clipped, [1], null, labels, modelLabel);
    }

    private static PredictionView Explain(DenseMatrix kernel, double[] headWeights, double[]? biases, DenseMatrix labels, int modelLabel)
    {
        var whole = Vote(kernel, headWeights, biases, labels, without: -1);
        var contributions = new double[labels.Rows];
        var removals = new double[labels.Rows];
        for (var i = 0; i < contributions.Length; i++)
        {
            contributions[i] = whole.Weights[i] * (labels[i, modelLabel] - (1.0 / labels.Columns));
            removals[i] = whole.Probabilities[modelLabel] - Vote(kernel, headWeights, biases, labels, i).Probabilities[modelLabel];
        }

        var agrees = Statistics.ArgMax(whole.Probabilities) == modelLabel;
        return new(whole.Weights, contributions, removals, whole.Probabilities, agrees, 1 / TensorPrimitives.SumOfSquares<double>(whole.Weights));
    }

    /// <summary>Weights and label distribution with one demonstration left out, or none (-1).</summary>
    private static (double[] Weights, double[] Probabilities) Vote(
        DenseMatrix kernel, double[] headWeights, double[]? biases, DenseMatrix labels, int without)
    {
        var weights = new double[labels.Rows];
        var total = 0.0;
        for (var h = 0; h < kernel.Rows; h++)
        {
            var row = kernel.Row(h);
            var sum = TensorPrimitives.Sum<double>(row) - (without < 0 ? 0 : row[without]);
            if (sum > 0 && headWeights[h] > 0)
            {
                TensorPrimitives.MultiplyAdd(row, headWeights[h] / sum, weights, weights);
                total += headWeights[h];
            }
        }

        if (without >= 0)
        {
            weights[without] = 0;
        }

        if (total == 0)
        {
            // No head says anything: every demonstration that is left weighs the same.
            Array.Fill(weights, 1);
            if (without >= 0)
            {
                weights[without] = 0;
            }
        }

        var evidence = new double[labels.Columns];
        for (var i = 0; i < weights.Length; i++)
        {
            TensorPrimitives.MultiplyAdd(labels.Row(i), weights[i], evidence, evidence);
        }

        var all = TensorPrimitives.Sum<double>(weights);
        if (all > 0)
        {
            TensorPrimitives.Divide(weights, all, weights);
        }

        if (biases is not null)
        {
            if (total == 0)
            {
                Array.Clear(evidence);
            }

            TensorPrimitives.Add(evidence, biases, evidence);
            TensorPrimitives.Subtract(evidence, TensorPrimitives.Max<double>(evidence), evidence);
            TensorPrimitives.SoftMax<double>(evidence, evidence);
        }
        else if (all > 0)
        {
            TensorPrimitives.Divide(evidence, all, evidence);
        }
        else
        {
            // The only demonstration was left out: nothing is known of the label.
            Array.Fill(evidence, 1.0 / evidence.Length);
        }

        return (weights, evidence);
    }
}
