namespace IclMesh.Retrieval.Core.Sqlite;

/// <summary>The collections whose files are open: a bounded number, of which those go first that nobody has used for longest.</summary>
/// <remarks>Collections that are in use stay open however many they are; those that are more than the limit are closed when they are given back.</remarks>
/// <param name="limit">Most collections that stay open unused, 1 or more.</param>
internal sealed class OpenCollections(int limit) : IDisposable
{
    private readonly Lock guard = new();
    private readonly Dictionary<long, CollectionLease.Shared> all = [];
    private long uses;

    /// <summary>Takes part in a collection; opens nothing yet.</summary>
    /// <param name="uid">The collection.</param>
    /// <param name="open">Opens its files, when they are first asked for.</param>
    public CollectionLease Enlist(long uid, Func<SqliteCollection> open)
    {
        lock (guard)
        {
            if (!all.TryGetValue(uid, out var shared))
            {
                all.Add(uid, shared = new(uid, open));
            }

            shared.Leases++;
            shared.LastUse = ++uses;
            return new(this, shared);
        }
    }

    /// <summary>Closes a collection once those who use it have given it back; nobody may enlist for it meanwhile.</summary>
    /// <param name="uid">The collection.</param>
    public async Task CloseAsync(long uid)
    {
        CollectionLease.Shared? shared;
        lock (guard)
        {
            if (!all.Remove(uid, out shared))
            {
                return;
            }

            shared.IsClosing = true;
            if (shared.Leases == 0)
            {
                shared.Drained.SetResult();
            }
        }

        await shared.Drained.Task;
        shared.Close();
    }

    /// <summary>Gives a lease back.</summary>
    /// <param name="shared">What was leased.</param>
    public void Return(CollectionLease.Shared shared)
    {
        List<CollectionLease.Shared> idle;
        lock (guard)
        {
            shared.Leases--;
            if (shared.IsClosing && shared.Leases == 0)
            {
                shared.Drained.SetResult();
            }

            var excess = all.Count - limit;
            idle = excess <= 0 ? [] : [.. all.Values.Where(other => other.Leases == 0).OrderBy(other => other.LastUse).Take(excess)];
            idle.ForEach(other => all.Remove(other.Uid));
        }

        idle.ForEach(other => other.Close());
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var shared in all.Values)
        {
            shared.Close();
        }

        all.Clear();
    }
}
