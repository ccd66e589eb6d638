namespace IclMesh.Retrieval.Core.Exact;

/// <summary>Something that is disposed when its owner and its last reader have let go of it.</summary>
internal abstract class Leased
{
    private int holders = 1;

    /// <summary>Takes part in keeping this alive.</summary>
    /// <returns>False where the last holder is gone already.</returns>
    public bool TryAcquire()
    {
        var current = Volatile.Read(ref holders);
        while (current > 0)
        {
            var seen = Interlocked.CompareExchange(ref holders, current + 1, current);
            if (seen == current)
            {
                return true;
            }

            current = seen;
        }

        return false;
    }

    /// <summary>Gives up one holding; the owner's own counts as one.</summary>
    public void Release()
    {
        if (Interlocked.Decrement(ref holders) == 0)
        {
            Free();
        }
    }

    /// <summary>Frees what is held; called once.</summary>
    protected abstract void Free();
}
