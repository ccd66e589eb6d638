namespace IclMesh.Cli.Evaluate;

/// <summary>A share of rows with its 95 % interval.</summary>
/// <param name="Hits">Rows that count.</param>
/// <param name="Total">All rows, at least 1.</param>
internal readonly record struct Proportion(int Hits, int Total)
{
    public double Value => (double)Hits / Total;

    public double Low => Interval.Low;

    public double High => Interval.High;

    private ConfidenceInterval Interval => ConfidenceInterval.Wilson(Hits, Total);

    public static Proportion Of<T>(IReadOnlyCollection<T> rows, Func<T, bool> counts) => new(rows.Count(counts), rows.Count);
}
