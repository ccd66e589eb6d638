using IclMesh.Retrieval.Core.Exact;

namespace IclMesh.Retrieval.Core.Sqlite;

/// <content>Compaction and copies.</content>
internal sealed partial class SqliteCollection
{
    /// <summary>Removes what is deleted or replaced, for good.</summary>
    /// <param name="cancellationToken">Gives up waiting for earlier writers, and the work.</param>
    /// <returns>Rows that were removed from the vector files.</returns>
    public async Task<long> CompactAsync(CancellationToken cancellationToken)
    {
        await gate.WaitAsync(cancellationToken);
        try
        {
            ObjectDisposedException.ThrowIf(closed, this);
            var before = view;
            var ids = LivingIds(cancellationToken);
            var table = Compaction.Copy(folder, Schema, before, ids, cancellationToken);
            var state = new StoreState(before.State.Generation + 1, ids.Count, before.State.Revision);
            try
            {
                writer.Begin();
                writer.Renumber([.. ids.Select(row => row.Slot)], Schema.TextIndex, cancellationToken);
                writer.Commit(state);
            }
            catch
            {
                writer.End();
                table.Release();
                VectorTable.Delete(folder, state.Generation);
                throw;
            }

            // From here on the database names the new files. Readers of the old ones keep their mappings until they are done.
            view = new(table, state, SlotSet.Empty, DeadCount: 0, DeletedCount: 0);
            before.Table.Release();
            VectorTable.Delete(folder, before.State.Generation);
            return before.DeadCount;
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>Copies the collection's files into another folder, as one state.</summary>
    /// <param name="target">An empty folder.</param>
    /// <param name="cancellationToken">Gives up waiting for earlier writers, and the work.</param>
    /// <returns>The state that was copied.</returns>
    public async Task<CollectionView> CopyAsync(string target, CancellationToken cancellationToken)
    {
        await gate.WaitAsync(cancellationToken);
        try
        {
            ObjectDisposedException.ThrowIf(closed, this);
            writer.CopyTo(Path.Combine(target, RowsFile), cancellationToken);
            view.Table.CopyTo(target, view.State.Generation, view.State.Slots, cancellationToken);
            return view;
        }
        finally
        {
            gate.Release();
        }
    }

    private List<(int Slot, string Id)> LivingIds(CancellationToken cancellationToken)
    {
        using var reading = Read(cancellationToken);
        return [.. reading.Rows.Ids().OrderBy(row => row.Slot)];
    }
}
