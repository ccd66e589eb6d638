namespace IclMesh.Kernel.Core.Heads;

/// <summary>A non-negative mixture of heads: centred log p(c) ≈ Σ_h w_h (share_hc - 1/C) + b_c.</summary>
/// <param name="Weights">Weight of every head, [P·L·H], 0 or more.</param>
/// <param name="Biases">b, [C].</param>
public sealed record HeadMixture(double[] Weights, double[] Biases)
{
    /// <summary>Fits on the selection prompts: least squares with w >= 0 and a ridge on w, biases free.</summary>
    internal static HeadMixture Fit(
        VoteTable votes, IReadOnlyList<RecordedPrompt> prompts, int[] rows, int[] heads, HeadScanOptions options, CancellationToken cancellationToken)
    {
        var classes = options.Classes;
        var design = new DenseMatrix(heads.Length, rows.Length * classes);
        var target = new DenseMatrix(1, rows.Length * classes);
        for (var r = 0; r < rows.Length; r++)
        {
            Centred(prompts[rows[r]].LogProbabilities!).CopyTo(target.Row(0)[(r * classes)..]);
            for (var h = 0; h < heads.Length; h++)
            {
                var shares = votes[rows[r], heads[h]];
                for (var c = 0; c < classes; c++)
                {
                    design[h, (r * classes) + c] = shares[c] - (1.0 / classes);
                }
            }
        }

        var designMeans = new DenseMatrix(heads.Length, classes);
        for (var h = 0; h < heads.Length; h++)
        {
            RemoveClassMeans(design.Row(h), designMeans.Row(h));
        }

        var biases = new double[classes];
        RemoveClassMeans(target.Row(0), biases);
        var gram = BlockedProduct.MultiplyTransposed(design, design, cancellationToken);
        var moments = BlockedProduct.MultiplyTransposed(design, target, cancellationToken).Values;
        var fitted = NonNegativeLeastSquares.Solve(gram, moments, options.Ridge, cancellationToken);
        var weights = new double[votes.Heads];
        for (var h = 0; h < heads.Length; h++)
        {
            weights[heads[h]] = fitted[h];
            TensorPrimitives.MultiplyAdd(designMeans.Row(h), -fitted[h], biases, biases);
        }

        return new(weights, biases);
    }

    /// <summary>Evidence per class for one prompt, [C].</summary>
    internal double[] Evidence(VoteTable votes, int prompt)
    {
        var evidence = (double[])Biases.Clone();
        for (var h = 0; h < Weights.Length; h++)
        {
            if (Weights[h] == 0)
            {
                continue;
            }

            var shares = votes[prompt, h];
            for (var c = 0; c < evidence.Length; c++)
            {
                evidence[c] += Weights[h] * shares[c];
            }
        }

        return evidence;
    }

    internal static double[] Centred(double[] values)
    {
        var centred = (double[])values.Clone();
        TensorPrimitives.Subtract(centred, TensorPrimitives.Average<double>(centred), centred);
        return centred;
    }

    private static void RemoveClassMeans(Span<double> row, Span<double> means)
    {
        var classes = means.Length;
        for (var i = 0; i < row.Length; i++)
        {
            means[i % classes] += row[i] * classes / row.Length;
        }

        for (var i = 0; i < row.Length; i++)
        {
            row[i] -= means[i % classes];
        }
    }
}
