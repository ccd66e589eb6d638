namespace IclMesh.Cli.Evaluate;

/// <summary>A share of rows with its 95 % Wilson interval (E. B. Wilson, "Probable Inference", 1927).</summary>
/// <param name="Hits">Rows that count.</param>
/// <param name="Total">All rows, at least 1.</param>
internal readonly record struct Proportion(int Hits, int Total)
{
    /// <summary>Normal quantile of a two-sided 95 % interval.</summary>
    private const double Z = 1.959963984540054;

    public double Value => (double)Hits / Total;

    public double Low => Centre - HalfWidth;

    public double High => Centre + HalfWidth;

    private double Centre => (Value + (Z * Z / (2 * Total))) / (1 + (Z * Z / Total));

    private double HalfWidth =>
        Z / (1 + (Z * Z / Total)) * Math.Sqrt((Value * (1 - Value) / Total) + (Z * Z / (4.0 * Total * Total)));

    public static Proportion Of<T>(IReadOnlyCollection<T> rows, Func<T, bool> counts) => new(rows.Count(counts), rows.Count);
}
