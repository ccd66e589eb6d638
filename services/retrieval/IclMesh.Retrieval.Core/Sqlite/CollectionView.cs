using IclMesh.Retrieval.Core.Exact;

namespace IclMesh.Retrieval.Core.Sqlite;

/// <summary>One committed state of a collection's vectors; replaced as a whole by every write, never changed.</summary>
/// <param name="Table">The vectors.</param>
/// <param name="State">The state that the database had at that commit.</param>
/// <param name="Dead">Slots below <see cref="StoreState.Slots"/> that no live row uses.</param>
/// <param name="DeadCount">Number of dead slots.</param>
/// <param name="DeletedCount">Soft-deleted demonstrations.</param>
internal sealed record CollectionView(VectorTable Table, StoreState State, SlotSet Dead, long DeadCount, long DeletedCount)
{
    /// <summary>Demonstrations that can be found.</summary>
    public long Count => State.Slots - DeadCount;
}
