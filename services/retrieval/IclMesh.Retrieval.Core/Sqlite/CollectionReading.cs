using IclMesh.Retrieval.Core.Demonstrations;
using IclMesh.Retrieval.Core.Exact;
using IclMesh.Retrieval.Core.Filters;
using IclMesh.Retrieval.Core.Searching;

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
        var vector = new float[View.Table.Dimension];
        View.Table.ReadVector(row.Slot, vector);
        var demonstration = row.Demonstration with { Vector = vector };
        var hash = DemonstrationCodec.Hash(
            demonstration,
            DemonstrationCodec.WriteMetadata(demonstration.Metadata),
            DemonstrationCodec.WriteDistribution(demonstration.LabelDistribution));
        return hash == row.Content
            ? demonstration
            : throw SqliteFailures.DataCorrupt(collection.Label, $"demonstration '{demonstration.Id}' does not match its checksum");
    }

    /// <summary>One row more than a page of a listing.</summary>
    /// <param name="after">Only ids greater than this one.</param>
    /// <param name="query">What to list.</param>
    public List<StoredRow> After(string after, ListQuery query)
    {
        var wanted = query.PageSize + 1;
        var rows = Rows.After(after, query.IncludeDeleted, wanted);
        if (query.Filter is not { } filter)
        {
            return rows;
        }

        var passing = new List<StoredRow>();
        while (rows.Count > 0 && passing.Count < wanted)
        {
            passing.AddRange(rows.Where(row => filter.Matches(row.Demonstration)).Take(wanted - passing.Count));
            rows = Rows.After(rows[^1].Demonstration.Id, query.IncludeDeleted, wanted);
        }

        return passing;
    }

    /// <summary>The slots that pass a filter; null for all.</summary>
    /// <param name="filter">The filter, or null.</param>
    public SlotSet? Passing(Filter? filter) => collection.Filters.Evaluate(this, filter);

    /// <inheritdoc/>
    public void Dispose() => collection.EndReading(View, Rows);
}
