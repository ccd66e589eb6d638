namespace IclMesh.Kernel.Core.Theory;

/// <summary>How far two label vectors are apart.</summary>
/// <param name="L1">Σ |p - q|.</param>
/// <param name="LInfinity">max |p - q|.</param>
/// <param name="TotalVariation">Half of L1.</param>
/// <param name="Agrees">Same largest entry, the first of equals.</param>
public readonly record struct Distances(double L1, double LInfinity, double TotalVariation, bool Agrees)
{
    /// <summary>Compares two vectors.</summary>
    /// <param name="p">A vector.</param>
    /// <param name="q">Another, as long.</param>
    public static Distances Between(ReadOnlySpan<double> p, ReadOnlySpan<double> q)
    {
        double sum = 0, largest = 0;
        for (var i = 0; i < p.Length; i++)
        {
            var difference = Math.Abs(p[i] - q[i]);
            sum += difference;
            largest = Math.Max(largest, difference);
        }

        return new(sum, largest, sum / 2, Statistics.ArgMax(p) == Statistics.ArgMax(q));
    }
}
