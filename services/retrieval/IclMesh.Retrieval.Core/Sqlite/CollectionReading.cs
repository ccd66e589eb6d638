using IclMesh.Retrieval.Core.Demonstrations;

namespace IclMesh.Retrieval.Core.Sqlite;

/// <summary>One consistent read: a view of the vectors and a database transaction over the same revision. Dispose it to let go of both.</summary>
internal readonly struct CollectionReading(SqliteCollection collection, CollectionView view, RowReader rows) : IDisposable
{
    /// <summary>The vectors.</summary>
    public CollectionView View { get; } = view;

    /// <summary>The rows.</summary>
    public RowReader Rows { get; } = rows;

    /// <summary>A stored row as a demonstration.</summary>
    /// <param name="row">A row of <see cref="Rows"/>.</param>
    /// <exception cref="MeshException">The row or its vector is not what was written.</exception>
    public Demonstration Complete(StoredRow row)
    {
        var demonstration = row.Demonstration with { Vector = View.Table.Vector(row.Slot).ToArray() };
        var hash = DemonstrationCodec.Hash(
            demonstration,
            DemonstrationCodec.WriteMetadata(demonstration.Metadata),
            DemonstrationCodec.WriteDistribution(demonstration.LabelDistribution));
        return hash == row.Content
            ? demonstration
            : throw SqliteFailures.DataCorrupt(collection.Label, $"demonstration '{demonstration.Id}' does not match its checksum");
    }

    /// <inheritdoc/>
    public void Dispose() => collection.EndReading(View, Rows);
}
