namespace IclMesh.Retrieval.Core.Exact;

/// <summary>The rows of one query's scan that may still be among the best.</summary>
/// <param name="limit">How many rows the query asks for.</param>
internal sealed class Survivors(int limit)
{
    private const int CompactionSize = 4096;

    private readonly PriorityQueue<int, float> lowerBounds = new();
    private List<(int Slot, float Upper)> rows = [];
    private int compactAt = CompactionSize;

    /// <summary>A row whose upper bound is below this cannot win any more: as many rows as are wanted lie above it for certain.</summary>
    public float Threshold { get; private set; } = float.NegativeInfinity;

    /// <summary>The rows, in no order; some may be below the threshold by now.</summary>
    public IReadOnlyList<(int Slot, float Upper)> Rows => rows;

    /// <summary>Adds a row whose upper bound reached the threshold.</summary>
    /// <param name="slot">The row.</param>
    /// <param name="lower">Least value that it can have.</param>
    /// <param name="upper">Greatest value that it can have.</param>
    public void Add(int slot, float lower, float upper)
    {
        rows.Add((slot, upper));
        Raise(lower);
        if (rows.Count == compactAt)
        {
            rows.RemoveAll(row => row.Upper < Threshold);
            compactAt = Math.Max(CompactionSize, 2 * rows.Count);
        }
    }

    /// <summary>Takes over what another thread found.</summary>
    /// <param name="other">Survivors of other rows for the same query.</param>
    public void Merge(Survivors other)
    {
        foreach (var (_, lower) in other.lowerBounds.UnorderedItems)
        {
            Raise(lower);
        }

        rows.AddRange(other.rows);
    }

    /// <summary>The rows that are still above the threshold, the most promising first.</summary>
    public List<(int Slot, float Upper)> Sorted()
    {
        rows = rows.FindAll(row => row.Upper >= Threshold);
        rows.Sort(static (x, y) => x.Upper != y.Upper ? y.Upper.CompareTo(x.Upper) : x.Slot.CompareTo(y.Slot));
        return rows;
    }

    private void Raise(float lower)
    {
        if (lowerBounds.Count < limit)
        {
            lowerBounds.Enqueue(0, lower);
        }
        else if (lower > Threshold)
        {
            lowerBounds.EnqueueDequeue(0, lower);
        }

        if (lowerBounds.Count == limit)
        {
            lowerBounds.TryPeek(out _, out var least);
            Threshold = least;
        }
    }
}
