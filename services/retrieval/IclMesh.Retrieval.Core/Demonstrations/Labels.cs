namespace IclMesh.Retrieval.Core.Demonstrations;

/// <summary>Reads labels out of distributions.</summary>
public static class Labels
{
    /// <summary>The most probable label; the first in code-point order among equals.</summary>
    /// <param name="distribution">Probability per label, at least one.</param>
    public static string MostProbable(IReadOnlyDictionary<string, float> distribution) =>
        distribution.OrderByDescending(entry => entry.Value).ThenBy(entry => entry.Key, Utf8Order.Instance).First().Key;
}
