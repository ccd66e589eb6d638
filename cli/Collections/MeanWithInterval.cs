namespace IclMesh.Cli.Collections;

/// <summary>A mean over queries and its 95 % interval.</summary>
/// <param name="Mean">The mean.</param>
/// <param name="Lower">Lower end.</param>
/// <param name="Upper">Upper end.</param>
internal readonly record struct MeanWithInterval(double Mean, double Lower, double Upper)
{
    private const double Z = 1.959964;

    /// <summary>The mean plus and minus 1.96 standard errors.</summary>
    /// <param name="values">One value a query, at least two.</param>
    public static MeanWithInterval Of(IReadOnlyCollection<double> values)
    {
        var mean = values.Average();
        var error = Z * Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / (values.Count - 1) / values.Count);
        return new(mean, mean - error, mean + error);
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Mean:0.000} ({Lower:0.000} to {Upper:0.000})";
}
