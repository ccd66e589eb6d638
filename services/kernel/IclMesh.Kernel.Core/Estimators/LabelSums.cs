using System.Numerics;

namespace IclMesh.Kernel.Core.Estimators;

/// <summary>Running sums of one group of queries: Σ w, Σ w², Σ w y, each relative to exp(maximum).</summary>
internal sealed class LabelSums(int queries, int classes)
{
    /// <summary>Signed sums below this share of their absolute sum are rounding, not evidence.</summary>
    private const double Cancellation = 1e-12;
    private readonly double[] maxima = Filled(queries);
    private readonly double[] totals = new double[queries];
    private readonly double[] magnitudes = new double[queries];
    private readonly double[] squares = new double[queries];
    private readonly DenseMatrix labelSums = new(queries, classes);

    public void AddLogarithmic<T>(int query, Span<T> row, T[] labels, int stride, int start)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var maximum = TensorPrimitives.Max<T>(row);
        if (T.IsNegativeInfinity(maximum))
        {
            return;
        }

        // Raising the maximum rescales what was summed before; a lower one costs nothing.
        var wide = double.CreateTruncating(maximum);
        if (wide > maxima[query])
        {
            Rescale(query, wide);
        }

        var shift = T.CreateTruncating(maxima[query]);
        double sum;
        if (typeof(T) == typeof(float))
        {
            sum = Exponential.ShiftedInPlace(System.Runtime.InteropServices.MemoryMarshal.Cast<T, float>(row), float.CreateTruncating(shift));
        }
        else
        {
            TensorPrimitives.Subtract(row, shift, row);
            TensorPrimitives.Exp<T>(row, row);
            sum = double.CreateTruncating(TensorPrimitives.Sum<T>(row));
        }

        totals[query] += sum;
        Accumulate(query, row, labels, stride, start);
    }

    public void AddSigned<T>(int query, Span<T> row, T[] labels, int stride, int start, NegativeKernel negative)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (negative == NegativeKernel.Clip)
        {
            TensorPrimitives.Max(row, T.Zero, row);
        }

        maxima[query] = 0;
        totals[query] += double.CreateTruncating(TensorPrimitives.Sum<T>(row));
        magnitudes[query] += double.CreateTruncating(TensorPrimitives.SumOfMagnitudes<T>(row));
        Accumulate(query, row, labels, stride, start);
    }

    public void Merge(LabelSums part, int offset)
    {
        for (var q = 0; q < part.totals.Length; q++)
        {
            var target = offset + q;
            if (double.IsNegativeInfinity(part.maxima[q]))
            {
                continue;
            }

            if (part.maxima[q] > maxima[target])
            {
                Rescale(target, part.maxima[q]);
            }

            var factor = Math.Exp(part.maxima[q] - maxima[target]);
            totals[target] += factor * part.totals[q];
            magnitudes[target] += factor * part.magnitudes[q];
            squares[target] += factor * factor * part.squares[q];
            TensorPrimitives.MultiplyAdd(part.labelSums.Row(q), factor, labelSums.Row(target), labelSums.Row(target));
        }
    }

    public SmootherResult Finish(bool isLogarithmic, DenseMatrix labels, Func<int, List<int>> nearest)
    {
        var result = new SmootherResult(
            labelSums, new double[totals.Length], new double[totals.Length], new WeightFallback[totals.Length]);
        for (var q = 0; q < totals.Length; q++)
        {
            var outside = isLogarithmic && double.IsNegativeInfinity(maxima[q]);
            if (outside || (!isLogarithmic && Math.Abs(totals[q]) <= Cancellation * magnitudes[q]))
            {
                var chosen = outside ? nearest(q) : [];
                result.Fallbacks[q] = chosen.Count > 0 ? WeightFallback.Nearest : WeightFallback.Uniform;
                result.LogMasses[q] = double.NegativeInfinity;
                result.EffectiveCounts[q] = chosen.Count > 0 ? chosen.Count : labels.Rows;
                Average(labels, chosen, labelSums.Row(q));
                continue;
            }

            result.LogMasses[q] = isLogarithmic ? maxima[q] + Math.Log(totals[q]) : Math.Log(magnitudes[q]);
            result.EffectiveCounts[q] = totals[q] * totals[q] / squares[q];
            TensorPrimitives.Divide(labelSums.Row(q), totals[q], labelSums.Row(q));
        }

        return result;
    }

    private static void Average(DenseMatrix labels, List<int> rows, Span<double> target)
    {
        target.Clear();
        var count = rows.Count > 0 ? rows.Count : labels.Rows;
        for (var i = 0; i < count; i++)
        {
            TensorPrimitives.Add(target, labels.Row(rows.Count > 0 ? rows[i] : i), target);
        }

        TensorPrimitives.Divide(target, count, target);
    }

    private static double[] Filled(int count)
    {
        var values = new double[count];
        Array.Fill(values, double.NegativeInfinity);
        return values;
    }

    private void Accumulate<T>(int query, ReadOnlySpan<T> weights, T[] labels, int stride, int start)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        squares[query] += double.CreateTruncating(TensorPrimitives.SumOfSquares(weights));
        var target = labelSums.Row(query);
        for (var c = 0; c < target.Length; c++)
        {
            target[c] += double.CreateTruncating(TensorPrimitives.Dot(weights, labels.AsSpan((c * stride) + start, weights.Length)));
        }
    }

    private void Rescale(int query, double maximum)
    {
        var factor = Math.Exp(maxima[query] - maximum);
        totals[query] *= factor;
        magnitudes[query] *= factor;
        squares[query] *= factor * factor;
        TensorPrimitives.Multiply(labelSums.Row(query), factor, labelSums.Row(query));
        maxima[query] = maximum;
    }
}
