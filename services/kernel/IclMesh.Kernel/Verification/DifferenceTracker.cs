namespace IclMesh.Kernel.Verification;

/// <summary>Largest relative difference per group.</summary>
internal sealed class DifferenceTracker
{
    /// <summary>Half a unit of the last decimal that the expected values are printed with: what rounding alone can explain.</summary>
    private const double Printed = 5.1e-13;

    private readonly Dictionary<string, VerificationGroup> groups = [];

    public IReadOnlyList<VerificationGroup> Groups => [.. groups.Values];

    /// <summary>Compares arrays.</summary>
    /// <param name="group">Kind of the case.</param>
    /// <param name="name">The case.</param>
    /// <param name="expected">Expected values.</param>
    /// <param name="actual">Computed values.</param>
    /// <param name="tolerance">Largest relative difference allowed in this group.</param>
    /// <param name="byArray">Relative to the largest value of the array instead of the element: 32-bit sums cancel.</param>
    public void Compare(string group, string name, ReadOnlySpan<double> expected, ReadOnlySpan<double> actual, double tolerance, bool byArray = false)
    {
        if (expected.Length != actual.Length)
        {
            Record(group, $"{name}: {actual.Length} values instead of {expected.Length}", double.PositiveInfinity, tolerance);
            return;
        }

        var scale = 0.0;
        foreach (var value in expected)
        {
            scale = Math.Max(scale, Math.Abs(value));
        }

        var (largest, worst) = (0.0, name);
        for (var i = 0; i < expected.Length; i++)
        {
            var difference = Math.Abs(expected[i] - actual[i]);
            var unit = byArray ? scale : Math.Abs(expected[i]);
            var excess = Math.Max(0, difference - Printed);
            var relative = excess == 0 ? 0 : unit == 0 ? excess : excess / unit;
            if (!(relative <= largest))
            {
                (largest, worst) = (double.IsNaN(relative) ? double.PositiveInfinity : relative, $"{name}[{i}]");
            }
        }

        Record(group, worst, largest, tolerance);
    }

    /// <summary>Records one difference.</summary>
    public void Record(string group, string worst, double difference, double tolerance)
    {
        var known = groups.GetValueOrDefault(group) ?? new(group, 0, 0, tolerance, worst);
        groups[group] = difference >= known.LargestDifference
            ? known with { Cases = known.Cases + 1, LargestDifference = difference, Worst = worst }
            : known with { Cases = known.Cases + 1 };
    }
}
