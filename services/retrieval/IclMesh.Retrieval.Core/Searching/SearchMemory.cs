namespace IclMesh.Retrieval.Core.Searching;

/// <summary>Memory that searches, batches and audits may take together; what a request will take is known, within a factor of two, before it starts.</summary>
/// <param name="limit">Most bytes, 1 or more.</param>
public sealed class SearchMemory(long limit)
{
    // What a demonstration takes besides its vector: id, label, the objects that hold them.
    private const long RowBytes = 500;
    private const long MatchBytes = 64;
    private long taken;

    /// <summary>A budget of a quarter of what this process may use.</summary>
    public static SearchMemory Usual() => new(Math.Max(1L << 26, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 4));

    /// <summary>Bytes of some demonstrations without their texts.</summary>
    /// <param name="rows">How many.</param>
    /// <param name="dimension">Components of a vector; 0 where vectors are not read.</param>
    public static long OfRows(long rows, int dimension) => rows * (RowBytes + (dimension * sizeof(float)));

    /// <summary>Bytes of the places that demonstrations take in answers, however often the same one is found.</summary>
    /// <param name="matches">How many.</param>
    public static long OfMatches(long matches) => matches * MatchBytes;

    /// <summary>Takes memory from the budget.</summary>
    /// <param name="bytes">How much.</param>
    /// <returns>Gives it back.</returns>
    /// <exception cref="MeshException">The request needs more than the budget, or more than others leave of it at present.</exception>
    public IDisposable Reserve(long bytes)
    {
        if (bytes > limit)
        {
            throw MeshException.TooLarge(ErrorReasons.ProblemTooLarge, "bytes of memory", limit, bytes);
        }

        var total = Interlocked.Add(ref taken, bytes);
        if (total <= limit)
        {
            return new Reservation(this, bytes);
        }

        Interlocked.Add(ref taken, -bytes);
        throw new MeshException(ErrorKind.ResourceExhausted, ErrorReasons.QueueFull, $"searches take {total} bytes of memory together, the limit is {limit}")
        {
            Metadata = new Dictionary<string, string> { ["limit"] = $"{limit}", ["actual"] = $"{total}" },
            RetryAfter = TimeSpan.FromSeconds(1),
        };
    }

    private sealed class Reservation(SearchMemory owner, long bytes) : IDisposable
    {
        private long held = bytes;

        public void Dispose() => Interlocked.Add(ref owner.taken, -Interlocked.Exchange(ref held, 0));
    }
}
