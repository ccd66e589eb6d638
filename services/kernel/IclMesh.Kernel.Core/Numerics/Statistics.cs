namespace IclMesh.Kernel.Core.Numerics;

/// <summary>Correlations, ranks, areas and quantiles.</summary>
public static class Statistics
{
    /// <summary>Pearson correlation; NaN where a variable is constant.</summary>
    /// <param name="x">First variable.</param>
    /// <param name="y">Second variable, as long.</param>
    public static double Pearson(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(x.Length, y.Length);
        if (x.Length == 0)
        {
            return double.NaN;
        }

        var meanX = TensorPrimitives.Average(x);
        var meanY = TensorPrimitives.Average(y);
        double xy = 0, xx = 0, yy = 0;
        for (var i = 0; i < x.Length; i++)
        {
            xy += (x[i] - meanX) * (y[i] - meanY);
            xx += (x[i] - meanX) * (x[i] - meanX);
            yy += (y[i] - meanY) * (y[i] - meanY);
        }

        return xx == 0 || yy == 0 ? double.NaN : Math.Clamp(xy / Math.Sqrt(xx * yy), -1, 1);
    }

    /// <summary>Spearman correlation: Pearson of the mid-ranks.</summary>
    /// <param name="x">First variable.</param>
    /// <param name="y">Second variable, as long.</param>
    public static double Spearman(ReadOnlySpan<double> x, ReadOnlySpan<double> y) => Pearson(Ranks(x), Ranks(y));

    /// <summary>Ranks from 1; equal values share the mean of their ranks.</summary>
    /// <param name="values">Values to rank.</param>
    public static double[] Ranks(ReadOnlySpan<double> values)
    {
        var sorted = values.ToArray();
        var order = new int[values.Length];
        for (var i = 0; i < order.Length; i++)
        {
            order[i] = i;
        }

        Array.Sort(sorted, order);
        var ranks = new double[values.Length];
        for (var start = 0; start < order.Length;)
        {
            var end = start + 1;
            while (end < order.Length && sorted[end] == sorted[start])
            {
                end++;
            }

            for (var i = start; i < end; i++)
            {
                ranks[order[i]] = (start + end + 1) / 2.0;
            }

            start = end;
        }

        return ranks;
    }

    /// <summary>Area under the ROC curve: chance that a positive scores above a negative, ties counting half; NaN without both.</summary>
    /// <param name="scores">Scores.</param>
    /// <param name="positive">Which are positive, as long.</param>
    public static double AreaUnderCurve(ReadOnlySpan<double> scores, ReadOnlySpan<bool> positive)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(scores.Length, positive.Length);
        var ranks = Ranks(scores);
        double sum = 0, positives = 0;
        for (var i = 0; i < ranks.Length; i++)
        {
            if (positive[i])
            {
                sum += ranks[i];
                positives++;
            }
        }

        var negatives = ranks.Length - positives;
        return positives == 0 || negatives == 0 ? double.NaN : (sum - (positives * (positives + 1) / 2)) / (positives * negatives);
    }

    /// <summary>Quantile by linear interpolation between order statistics (type 7 of Hyndman and Fan).</summary>
    /// <param name="values">Values, at least one; not changed.</param>
    /// <param name="level">Level in [0, 1].</param>
    public static double Quantile(ReadOnlySpan<double> values, double level)
    {
        var sorted = values.ToArray();
        Array.Sort(sorted);
        var at = level * (sorted.Length - 1);
        var below = (int)Math.Floor(at);
        var above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + ((at - below) * (sorted[above] - sorted[below]));
    }

    /// <summary>Index of the largest value, the first of equals.</summary>
    /// <param name="values">Values, at least one.</param>
    public static int ArgMax(ReadOnlySpan<double> values)
    {
        var best = 0;
        for (var i = 1; i < values.Length; i++)
        {
            if (values[i] > values[best])
            {
                best = i;
            }
        }

        return best;
    }

    /// <summary>Slope and intercept of the least-squares line.</summary>
    /// <param name="x">Abscissae, not all equal.</param>
    /// <param name="y">Ordinates.</param>
    public static (double Slope, double Intercept, double SlopeError) Line(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(x.Length, y.Length);
        var meanX = TensorPrimitives.Average(x);
        var meanY = TensorPrimitives.Average(y);
        double xy = 0, xx = 0;
        for (var i = 0; i < x.Length; i++)
        {
            xy += (x[i] - meanX) * (y[i] - meanY);
            xx += (x[i] - meanX) * (x[i] - meanX);
        }

        var slope = xy / xx;
        var intercept = meanY - (slope * meanX);
        var residual = 0.0;
        for (var i = 0; i < x.Length; i++)
        {
            var r = y[i] - intercept - (slope * x[i]);
            residual += r * r;
        }

        return (slope, intercept, x.Length > 2 ? Math.Sqrt(residual / (x.Length - 2) / xx) : double.NaN);
    }
}
