using IclMesh.Retrieval.Core.Searching;

namespace IclMesh.Retrieval.Core.Selection;

/// <summary>Shares places out among labels.</summary>
internal static class LabelBalance
{
    /// <summary>A maximum for every label: equal shares, and what labels with too few demonstrations leave over goes to the others.</summary>
    /// <param name="counts">Demonstrations per label.</param>
    /// <param name="places">Places to share out.</param>
    public static IReadOnlyList<LabelQuota> Quotas(IReadOnlyDictionary<string, long> counts, int places)
    {
        var quotas = new List<LabelQuota>();
        var left = (long)places;

        // The rarest first, so that what they leave over is known when the others are served.
        foreach (var (label, count) in counts.OrderBy(entry => entry.Value).ThenBy(entry => entry.Key, Utf8Order.Instance))
        {
            var labelsLeft = counts.Count - quotas.Count;
            var share = Math.Min(count, (left + labelsLeft - 1) / labelsLeft);
            quotas.Add(new(label, 0, (int)share));
            left -= Math.Min(count, left / labelsLeft);
        }

        return quotas;
    }
}
