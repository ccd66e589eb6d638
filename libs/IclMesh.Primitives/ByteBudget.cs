namespace IclMesh;

/// <summary>Memory that the calls of a service may hold together, reserved by estimate before it is allocated.</summary>
/// <param name="perCall">Most bytes of one call.</param>
/// <param name="total">Most bytes of all calls together.</param>
public sealed class ByteBudget(long perCall, long total)
{
    private long used;

    /// <summary>Bytes that this process can have: of its container where that is limited, else of the machine.</summary>
    public static long Available => GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;

    /// <summary>Bytes reserved now.</summary>
    public long Used => Interlocked.Read(ref used);

    /// <summary>Begins a call, which holds nothing yet.</summary>
    public Reservation Begin() => new(this);

    private void Take(long bytes, long held)
    {
        if (held + bytes > perCall)
        {
            throw MeshException.TooLarge(ErrorReasons.ProblemTooLarge, "bytes", perCall, held + bytes);
        }

        var now = Interlocked.Add(ref used, bytes);
        if (now > total)
        {
            Interlocked.Add(ref used, -bytes);
            throw new MeshException(
                ErrorKind.ResourceExhausted, ErrorReasons.QueueFull, $"the calls under way hold {now - bytes} bytes and this one needs {bytes} more, the limit is {total}")
            {
                RetryAfter = TimeSpan.FromSeconds(1),
                Metadata = new Dictionary<string, string> { ["limit"] = $"{total}", ["actual"] = $"{now}" },
            };
        }
    }

    /// <summary>What one call holds; gives it back when disposed. Used by one thread at a time.</summary>
    public sealed class Reservation : IDisposable
    {
        private readonly ByteBudget budget;

        internal Reservation(ByteBudget budget) => this.budget = budget;

        /// <summary>Bytes that the call holds.</summary>
        public long Bytes { get; private set; }

        /// <summary>Holds this many bytes in all; less than before changes nothing.</summary>
        /// <param name="bytes">The call's estimate, 0 or more.</param>
        /// <exception cref="MeshException">One call may not hold as much (<see cref="ErrorReasons.ProblemTooLarge"/>), or other calls hold too much now (<see cref="ErrorReasons.QueueFull"/>).</exception>
        public void Reach(long bytes)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(bytes);
            if (bytes > Bytes)
            {
                budget.Take(bytes - Bytes, Bytes);
                Bytes = bytes;
            }
        }

        /// <inheritdoc/>
        public void Dispose()
        {
            Interlocked.Add(ref budget.used, -Bytes);
            Bytes = 0;
        }
    }
}
