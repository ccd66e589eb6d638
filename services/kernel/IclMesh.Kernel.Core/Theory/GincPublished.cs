namespace IclMesh.Kernel.Core.Theory;

/// <summary>In-context accuracies printed by Xie et al. (2022), vocabulary 50, in percent.</summary>
public static class GincPublished
{
    private static readonly int[] Counts = [0, 1, 2, 4, 8, 16, 32, 64];

    private static readonly (GincVariant Variant, int Length, string Model, double[] Curve)[] Curves =
    [
        (GincVariant.Seen, 3, "transformer, 12 layers", [36.8, 37.1, 40.6, 43.5, 45.4, 46.9, 50.2, 51.9]),
        (GincVariant.Seen, 5, "transformer, 12 layers", [54.3, 55.2, 60.0, 64.2, 65.1, 69.8, 71.7, 73.4]),
        (GincVariant.Seen, 10, "transformer, 12 layers", [69.5, 73.5, 75.2, 78.1, 79.9, 81.2, 82.5, 81.2]),
        (GincVariant.Seen, 10, "transformer, 4 layers", [56.6, 59.1, 59.5, 60.6, 59.3, 59.4, 61.4, 60.2]),
        (GincVariant.Seen, 10, "transformer, 16 layers", [74.6, 78.0, 79.4, 82.0, 82.7, 84.7, 86.6, 84.7]),
        (GincVariant.Seen, 10, "LSTM", [91.7, 94.7, 95.1, 95.3, 95.5, 95.1, 95.5, 95.8]),
        (GincVariant.Inconsistent, 10, "transformer, 4 layers", [12.5, 11.9, 11.2, 11.3, 11.8, 11.9, 11.3, 11.3]),
    ];

    /// <summary>Published accuracies at one point.</summary>
    /// <param name="variant">Where the concepts come from.</param>
    /// <param name="vocabulary">Vocabulary; only 50 has whole curves.</param>
    /// <param name="length">k.</param>
    /// <param name="count">n.</param>
    public static IReadOnlyList<(string Model, double Accuracy)> At(GincVariant variant, int vocabulary, int length, int count)
    {
        var at = Array.IndexOf(Counts, count);
        return vocabulary != 50 || at < 0
            ? []
            : [.. Curves.Where(curve => curve.Variant == variant && curve.Length == length).Select(curve => (curve.Model, curve.Curve[at]))];
    }
}
