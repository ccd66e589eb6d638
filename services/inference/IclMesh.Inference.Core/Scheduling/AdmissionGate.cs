namespace IclMesh.Inference.Core.Scheduling;

/// <summary>Bounds the calls that a model works on or keeps waiting; further ones are refused at once.</summary>
/// <param name="limit">Most calls at a time, waiting ones included.</param>
/// <param name="workers">Calls that run side by side.</param>
/// <param name="time">The clock.</param>
public sealed class AdmissionGate(int limit, int workers, TimeProvider time)
{
    private int inside;
    private double meanSeconds = 0.5;

    /// <summary>Calls inside now.</summary>
    public int Inside => Volatile.Read(ref inside);

    /// <summary>Enters, or fails when full.</summary>
    /// <returns>Leaves when disposed.</returns>
    /// <exception cref="MeshException"><see cref="ErrorReasons.QueueFull"/> with the time after which a place is likely free.</exception>
    public IDisposable Enter()
    {
        if (Interlocked.Increment(ref inside) > limit)
        {
            Interlocked.Decrement(ref inside);
            var wait = TimeSpan.FromSeconds(Math.Clamp(Volatile.Read(ref meanSeconds) / workers, 0.05, 30));
            throw new MeshException(ErrorKind.ResourceExhausted, ErrorReasons.QueueFull, $"the queue holds {limit} calls, its limit")
            {
                RetryAfter = wait,
                Metadata = new Dictionary<string, string> { ["limit"] = $"{limit}", ["actual"] = $"{limit + 1}" },
            };
        }

        return new Stay(this, time.GetTimestamp());
    }

    private void Leave(long entered)
    {
        // A moving average is all that a retry hint needs; a lost update does no harm.
        var seconds = time.GetElapsedTime(entered).TotalSeconds;
        Volatile.Write(ref meanSeconds, (0.9 * Volatile.Read(ref meanSeconds)) + (0.1 * seconds));
        Interlocked.Decrement(ref inside);
    }

    private sealed class Stay(AdmissionGate gate, long entered) : IDisposable
    {
        private int left;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref left, 1) == 0)
            {
                gate.Leave(entered);
            }
        }
    }
}
