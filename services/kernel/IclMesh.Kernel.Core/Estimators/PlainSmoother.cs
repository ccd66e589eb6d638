namespace IclMesh.Kernel.Core.Estimators;

/// <summary>Weights and weighted means as their definition, one query at a time in 64 bit; the reference of <see cref="NadarayaWatson"/>.</summary>
public static class PlainSmoother
{
    /// <summary>Normalised weight of every demonstration for one query, [N]; they sum to 1.</summary>
    /// <param name="spec">The kernel.</param>
    /// <param name="query">Query features, [D].</param>
    /// <param name="features">Demonstration features, [N, D].</param>
    /// <param name="negative">What negative kernel values mean.</param>
    /// <param name="without">Demonstration that is left out, or -1.</param>
    public static double[] Weigh(
        KernelSpec spec, ReadOnlySpan<double> query, DenseMatrix features, NegativeKernel negative = NegativeKernel.Clip, int without = -1)
    {
        ArgumentNullException.ThrowIfNull(features);
        var weights = new double[features.Rows];
        if (!spec.IsSigned)
        {
            for (var n = 0; n < weights.Length; n++)
            {
                weights[n] = n == without ? double.NegativeInfinity : PlainKernel.Logarithm(spec, query, features.Row(n));
            }

            var maximum = TensorPrimitives.Max<double>(weights);
            if (double.IsNegativeInfinity(maximum))
            {
                return NearestWeights(query, features, without);
            }

            for (var n = 0; n < weights.Length; n++)
            {
                weights[n] = Math.Exp(weights[n] - maximum);
            }
        }
        else
        {
            for (var n = 0; n < weights.Length; n++)
            {
                weights[n] = n == without ? 0 : PlainKernel.Evaluate(spec, query, features.Row(n));
            }
        }

        return Normalise(weights, negative);
    }

    /// <summary>Divides by the sum; all zeros become equal weights.</summary>
    /// <param name="kernel">Kernel values, [N]; changed in place and returned.</param>
    /// <param name="negative">What negative values mean.</param>
    public static double[] Normalise(double[] kernel, NegativeKernel negative = NegativeKernel.Clip)
    {
        ArgumentNullException.ThrowIfNull(kernel);
        if (negative == NegativeKernel.Clip)
        {
            TensorPrimitives.Max<double>(kernel, 0, kernel);
        }

        // Scaling by the largest first keeps the sum in range for any finite input.
        var largest = Math.Abs(kernel[TensorPrimitives.IndexOfMaxMagnitude<double>(kernel)]);
        if (largest > 0)
        {
            TensorPrimitives.Divide(kernel, largest, kernel);
        }

        var total = TensorPrimitives.Sum<double>(kernel);
        if (Math.Abs(total) <= 1e-12 * TensorPrimitives.SumOfMagnitudes<double>(kernel))
        {
            Array.Fill(kernel, 1.0 / kernel.Length);
            return kernel;
        }

        TensorPrimitives.Divide(kernel, total, kernel);
        return kernel;
    }

    /// <summary>Predicts labels for queries, [Q, C].</summary>
    /// <param name="spec">The kernel.</param>
    /// <param name="queries">Query features, [Q, D].</param>
    /// <param name="features">Demonstration features, [N, D].</param>
    /// <param name="labels">Labels or targets, [N, C].</param>
    /// <param name="negative">What negative kernel values mean.</param>
    public static DenseMatrix Predict(
        KernelSpec spec, DenseMatrix queries, DenseMatrix features, DenseMatrix labels, NegativeKernel negative = NegativeKernel.Clip)
    {
        ArgumentNullException.ThrowIfNull(queries);
        ArgumentNullException.ThrowIfNull(labels);
        var predictions = new DenseMatrix(queries.Rows, labels.Columns);
        for (var q = 0; q < queries.Rows; q++)
        {
            var weights = Weigh(spec, queries.Row(q), features, negative);
            for (var n = 0; n < weights.Length; n++)
            {
                for (var c = 0; c < labels.Columns; c++)
                {
                    predictions[q, c] += weights[n] * labels[n, c];
                }
            }
        }

        return predictions;
    }

    private static double[] NearestWeights(ReadOnlySpan<double> query, DenseMatrix features, int without)
    {
        var distances = new double[features.Rows];
        for (var n = 0; n < distances.Length; n++)
        {
            distances[n] = n == without ? double.PositiveInfinity : PlainKernel.Squared(query, features.Row(n));
        }

        var least = TensorPrimitives.Min<double>(distances);
        return Normalise(Array.ConvertAll(distances, d => d == least ? 1.0 : 0.0));
    }
}
