namespace IclMesh.Kernel.Core.Probes;

/// <summary>Correlation of every head's attention with a similarity of query and demonstration, over all pairs (experiment E3).</summary>
public static class AttentionCorrelation
{
    /// <summary>Pearson correlation per head with its interval.</summary>
    /// <param name="attention">Pooled attention per prompt, [L·H, N_p] each.</param>
    /// <param name="similarities">Similarity of query and demonstration per prompt, [N_p] each.</param>
    /// <param name="cancellationToken">Checked once a head.</param>
    public static ConfidenceInterval[] PerHead(
        IReadOnlyList<DenseMatrix> attention, IReadOnlyList<double[]> similarities, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(attention);
        ArgumentNullException.ThrowIfNull(similarities);
        double[] similarity = [.. similarities.SelectMany(s => s)];
        var result = new ConfidenceInterval[attention[0].Rows];
        Blocks.ForEach(result.Length, h =>
        {
            double[] values = [.. attention.SelectMany(a => a.Row(h).ToArray())];
            result[h] = ConfidenceInterval.Correlation(Statistics.Pearson(values, similarity), similarity.Length);
        }, cancellationToken);
        return result;
    }

    /// <summary>P(o|x)ᵀ P(o|x_i) for a query and its demonstrations (equation 9), [N].</summary>
    /// <param name="query">Next-token distribution after the query, [V].</param>
    /// <param name="demonstrations">Next-token distributions after the demonstrations, [N, V].</param>
    public static double[] DistributionSimilarity(ReadOnlySpan<double> query, DenseMatrix demonstrations)
    {
        ArgumentNullException.ThrowIfNull(demonstrations);
        var similarities = new double[demonstrations.Rows];
        for (var i = 0; i < similarities.Length; i++)
        {
            similarities[i] = TensorPrimitives.Dot<double>(query, demonstrations.Row(i));
        }

        return similarities;
    }
}
