namespace IclMesh.Retrieval.Core.Sqlite;

/// <summary>The use of a collection, which keeps its files open until it is disposed.</summary>
/// <param name="owner">Where it goes back to.</param>
/// <param name="shared">What it shares with the other users of the collection.</param>
internal sealed class CollectionLease(OpenCollections owner, CollectionLease.Shared shared) : IDisposable
{
    private bool returned;

    /// <summary>The collection, opened by whoever asks first; others wait for it, and those of other collections do not.</summary>
    /// <exception cref="MeshException">It cannot be opened.</exception>
    public SqliteCollection Collection => shared.Opened();

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!returned)
        {
            returned = true;
            owner.Return(shared);
        }
    }

    /// <summary>A collection and who uses it.</summary>
    /// <param name="uid">The collection.</param>
    /// <param name="open">Opens its files.</param>
    internal sealed class Shared(long uid, Func<SqliteCollection> open)
    {
        private readonly Lock opening = new();
        private SqliteCollection? collection;

        /// <summary>The collection's number.</summary>
        public long Uid => uid;

        /// <summary>Users at present.</summary>
        public int Leases { get; set; }

        /// <summary>Grows with every use.</summary>
        public long LastUse { get; set; }

        /// <summary>Somebody waits for the last user to end.</summary>
        public bool IsClosing { get; set; }

        /// <summary>Set where it is closing and nobody uses it any more.</summary>
        public TaskCompletionSource Drained { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>The collection; where opening it failed the next one tries again.</summary>
        public SqliteCollection Opened()
        {
            lock (opening)
            {
                return collection ??= open();
            }
        }

        /// <summary>Closes the files where they were opened.</summary>
        public void Close() => collection?.Dispose();
    }
}
