namespace IclMesh.Retrieval.Core.Searching;

/// <summary>How a search went.</summary>
/// <param name="Exact">True: no demonstration that was left out scores higher than one that was returned.</param>
/// <param name="Visited">Rows that were compared with the query; with an index that does not count them, its search width.</param>
/// <param name="Rescored">Rows that were scored in fp32.</param>
/// <param name="Revision">The collection's revision that was searched.</param>
public sealed record SearchReport(bool Exact, long Visited, long Rescored, long Revision)
{
    /// <summary>How much of the truth answers like this one hold; null for exact answers and before the first check has finished.</summary>
    public RecallEstimate? Recall { get; init; }

    /// <summary>The filter left the index with fewer demonstrations than were asked for, although more pass it.</summary>
    public bool Starved { get; init; }

    /// <summary>Two lists that become one answer: it is as good as the worse of them.</summary>
    /// <param name="other">The other list's report.</param>
    public SearchReport And(SearchReport other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return this with
        {
            Exact = Exact && other.Exact,
            Visited = Visited + other.Visited,
            Rescored = Rescored + other.Rescored,
            Recall = Recall is null || other.Recall?.Recall < Recall.Recall ? other.Recall : Recall,
            Starved = Starved || other.Starved,
        };
    }
}
