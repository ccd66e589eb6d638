using IclMesh.Retrieval.Core.Collections;
using IclMesh.Retrieval.Core.Exact;
using IclMesh.Retrieval.Core.Selection;

namespace IclMesh.Retrieval.Core.Sqlite;

/// <summary>Copies the living vectors of a collection into files of the next generation, without gaps.</summary>
internal static class Compaction
{
    private const int BatchRows = 1024;

    /// <summary>Writes the new files.</summary>
    /// <param name="folder">The collection's folder.</param>
    /// <param name="schema">The collection's schema.</param>
    /// <param name="view">The present state.</param>
    /// <param name="ids">Id of every living slot, by slot.</param>
    /// <param name="cancellationToken">Stops; the new files are deleted then.</param>
    /// <returns>The new table, one row for each of <paramref name="ids"/> in their order.</returns>
    public static VectorTable Copy(
        string folder, CollectionSchema schema, CollectionView view, IReadOnlyList<(int Slot, string Id)> ids, CancellationToken cancellationToken)
    {
        var table = VectorTable.Create(folder, view.State.Generation + 1, schema);
        try
        {
            var values = new float[BatchRows * schema.Dimension];
            var hashes = new ulong[BatchRows];
            for (var first = 0; first < ids.Count; first += BatchRows)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var count = Math.Min(BatchRows, ids.Count - first);
                for (var i = 0; i < count; i++)
                {
                    var (slot, id) = ids[first + i];
                    view.Table.Vector(slot).CopyTo(values.AsSpan(i * schema.Dimension));
                    hashes[i] = SeededDraw.Hash(id);
                }

                table.Write(first, values.AsSpan(0, count * schema.Dimension), hashes.AsSpan(0, count));
            }

            return table;
        }
        catch
        {
            table.Release();
            VectorTable.Delete(folder, view.State.Generation + 1);
            throw;
        }
    }
}
