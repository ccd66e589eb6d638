using IclMesh.Retrieval.Core.Demonstrations;
using IclMesh.Retrieval.Core.Exact;
using IclMesh.Retrieval.Core.Filters;
using IclMesh.Retrieval.Core.Searching;

namespace IclMesh.Retrieval.Core.Sqlite;

/// <summary>One consistent read: a view of the vectors and a database transaction over the same revision. Dispose it to let go of both.</summary>
internal readonly struct CollectionReading(SqliteCollection collection, CollectionView view, RowReader rows, CancellationToken cancellationToken) : IDisposable
{
    /// <summary>The vectors.</summary>
    public CollectionView View { get; } = view;

    /// <summary>The rows.</summary>
    public RowReader Rows { get; } = rows;

    /// <summary>The demonstration of a living slot.</summary>
    /// <param name="slot">The slot.</param>
    /// <param name="content">What to read of it.</param>
    /// <exception cref="MeshException">The row or its vector is not what was written.</exception>
    public Demonstration BySlot(int slot, MatchContent content)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var row = Rows.BySlot(slot, content == MatchContent.Whole)
            ?? throw new InvalidOperationException($"slot {slot} is alive but has no row");
        return Complete(row, content);
    }

    /// <summary>A stored row as a demonstration.</summary>
    /// <param name="row">A row of <see cref="Rows"/>, with its text where that is wanted.</param>
    /// <param name="content">What is wanted.</param>
    /// <exception cref="MeshException">The row or its vector is not what was written.</exception>
    public Demonstration Complete(StoredRow row, MatchContent content = MatchContent.Whole)
    {
        var demonstration = row.Demonstration;
        if (content != MatchContent.Labels)
        {
            var vector = new float[View.Table.Dimension];
            View.Table.ReadVector(row.Slot, vector);
            demonstration = demonstration with { Vector = vector };
        }

        if (!row.IsIntact || (content == MatchContent.Whole && DemonstrationContent.ChecksumOf(demonstration) != row.Checksum))
        {
            throw SqliteFailures.DataCorrupt(collection.Label, $"demonstration '{demonstration.Id}' does not match its checksum");
        }

        return content is MatchContent.Whole or MatchContent.Facts ? demonstration : demonstration with { Metadata = Demonstration.EmptyMetadata };
    }

    /// <summary>The rows of a listing.</summary>
    /// <param name="after">Only ids greater than this one.</param>
    /// <param name="query">What to list.</param>
    public IEnumerable<StoredRow> After(string after, ListQuery query)
    {
        foreach (var row in Rows.After(after, query.IncludeDeleted, query.IncludeTexts))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (query.Filter?.Matches(row.Demonstration) != false)
            {
                yield return row;
            }
        }
    }

    /// <summary>The slots that pass a filter; null for all.</summary>
    /// <param name="filter">The filter, or null.</param>
    public SlotSet? Passing(Filter? filter) => collection.Filters.Evaluate(this, filter);

    /// <inheritdoc/>
    public void Dispose() => collection.EndReading(View, Rows);
}
