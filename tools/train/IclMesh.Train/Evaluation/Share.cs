namespace IclMesh.Train.Evaluation;

/// <summary>A share with its 95 % interval (normal approximation).</summary>
/// <param name="Value">Share in [0, 1].</param>
/// <param name="HalfWidth">Half of the interval's width.</param>
/// <param name="Count">Number of cases.</param>
internal sealed record Share(double Value, double HalfWidth, int Count)
{
    public static Share Of(IReadOnlyCollection<bool> outcomes)
    {
        var p = outcomes.Average(o => o ? 1.0 : 0.0);
        return new(Math.Round(p, 4), Math.Round(1.96 * Math.Sqrt(p * (1 - p) / outcomes.Count), 4), outcomes.Count);
    }
}
