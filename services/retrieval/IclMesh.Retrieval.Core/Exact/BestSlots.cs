namespace IclMesh.Retrieval.Core.Exact;

/// <summary>Keeps the best slots of a scan, and every slot that ties with the last of them: which of those wins is decided by id, later.</summary>
/// <param name="limit">How many to keep, 1 or more.</param>
internal sealed class BestSlots(int limit)
{
    private readonly PriorityQueue<int, float> kept = new();
    private readonly List<int> ties = [];

    /// <summary>A score below this one cannot enter any more; −∞ while there is room.</summary>
    public float Threshold { get; private set; } = float.NegativeInfinity;

    /// <summary>Offers a row.</summary>
    /// <param name="slot">Its row number.</param>
    /// <param name="score">Its score, not NaN.</param>
    public void Offer(int slot, float score)
    {
        if (kept.Count < limit)
        {
            kept.Enqueue(slot, score);
            Threshold = kept.Count == limit ? Least() : float.NegativeInfinity;
        }
        else if (score == Threshold)
        {
            ties.Add(slot);
        }
        else if (score > Threshold)
        {
            var evicted = kept.EnqueueDequeue(slot, score);
            var least = Least();
            if (least > Threshold)
            {
                ties.Clear();
            }
            else
            {
                ties.Add(evicted);
            }

            Threshold = least;
        }
    }

    /// <summary>The kept slots, best first, then those that tie with the last one; equal scores in slot order.</summary>
    public ScoredSlot[] ToArray()
    {
        var all = new List<ScoredSlot>(kept.Count + ties.Count);
        foreach (var (slot, score) in kept.UnorderedItems)
        {
            all.Add(new(slot, score));
        }

        foreach (var slot in ties)
        {
            all.Add(new(slot, Threshold));
        }

        all.Sort(static (x, y) => x.Score != y.Score ? y.Score.CompareTo(x.Score) : x.Slot.CompareTo(y.Slot));
        return [.. all];
    }

    private float Least()
    {
        kept.TryPeek(out _, out var least);
        return least;
    }
}
