using System.Runtime.InteropServices;
using IclMesh.Retrieval.Core.Collections;
using IclMesh.Retrieval.Core.Demonstrations;
using IclMesh.Retrieval.Core.Selection;

namespace IclMesh.Retrieval.Core.Sqlite;

/// <summary>A batch of writes that is being applied within one transaction.</summary>
/// <param name="writer">The connection, in a transaction.</param>
/// <param name="schema">The collection's schema.</param>
/// <param name="start">The state before the batch.</param>
internal sealed class CollectionChange(RowWriter writer, CollectionSchema schema, StoreState start)
{
    private readonly List<WriteOutcome> outcomes = [];
    private readonly List<float> vectors = [];
    private readonly List<ulong> idHashes = [];
    private readonly List<int> died = [];
    private StoreState state = start;
    private long deletedDelta;

    /// <summary>What became of each item so far.</summary>
    public IReadOnlyList<WriteOutcome> Outcomes => outcomes;

    /// <summary>Inserts, replaces or leaves alone.</summary>
    /// <param name="write">The item.</param>
    public void Upsert(DemonstrationWrite write)
    {
        if (WriteRules.Refusal(write, schema) is { } refusal)
        {
            outcomes.Add(new(write.Demonstration.Id, WriteKind.Refused, 0, refusal));
            return;
        }

        var row = write.Demonstration.LabelDistribution is { } shares
            ? write.Demonstration with { Label = Labels.MostProbable(shares) }
            : write.Demonstration;
        var metadata = DemonstrationCodec.WriteMetadata(row.Metadata);
        var distribution = DemonstrationCodec.WriteDistribution(row.LabelDistribution);
        var content = DemonstrationContent.Of(row, metadata, distribution, []);
        row = row with { Version = state.Revision + 1 };

        // Most rows of an import are new: the index is asked only once about those, by the insertion itself.
        if (write.ExpectedVersion is null or 0 && writer.TryInsert(state.Slots, row, metadata, distribution, content, schema.TextIndex))
        {
            Take(row, WriteKind.Inserted);
            return;
        }

        var stored = writer.Find(row.Id);
        if (WriteRules.Conflict(row.Id, write.ExpectedVersion, stored is { Deleted: false } live ? live.Version : 0) is { } conflict)
        {
            outcomes.Add(new(row.Id, WriteKind.Refused, stored is { Deleted: false } current ? current.Version : 0, conflict));
            return;
        }

        if (stored is { Deleted: false } same && same.Digest.AsSpan().SequenceEqual(content.Digest))
        {
            outcomes.Add(new(row.Id, WriteKind.Unchanged, same.Version));
            return;
        }

        if (stored is { } old)
        {
            writer.Replace(old.Slot, old.Deleted, schema.TextIndex);
            Bury(old.Slot, old.Deleted);
            deletedDelta -= old.Deleted ? 1 : 0;
        }

        if (!writer.TryInsert(state.Slots, row, metadata, distribution, content, schema.TextIndex))
        {
            throw new InvalidOperationException($"the id of slot {state.Slots} is taken although its row was removed");
        }

        Take(row, stored is { Deleted: false } ? WriteKind.Updated : WriteKind.Inserted);
    }

    /// <summary>Marks a demonstration deleted.</summary>
    /// <param name="deletion">The item.</param>
    public void Delete(DemonstrationDeletion deletion)
    {
        var stored = writer.Find(deletion.Id) is { Deleted: false } live ? live : default;
        if (WriteRules.Conflict(deletion.Id, deletion.ExpectedVersion, stored.Version) is { } conflict)
        {
            outcomes.Add(new(deletion.Id, WriteKind.Refused, stored.Version, conflict));
        }
        else if (stored.Version == 0)
        {
            outcomes.Add(new(deletion.Id, WriteKind.Unchanged, 0));
        }
        else
        {
            writer.MarkDeleted(stored.Slot, state.Revision + 1, schema.TextIndex);
            Bury(stored.Slot, wasDead: false);
            deletedDelta++;
            Record(deletion.Id, WriteKind.Deleted);
        }
    }

    /// <summary>Makes the batch durable: vectors first, then the rows that name them.</summary>
    /// <param name="current">The view before the batch.</param>
    /// <returns>The view after it.</returns>
    public CollectionView Commit(CollectionView current)
    {
        if (vectors.Count > 0)
        {
            current.Table.Write(current.State.Slots, CollectionsMarshal.AsSpan(vectors), CollectionsMarshal.AsSpan(idHashes));
        }

        writer.Commit(state);
        return current with
        {
            State = state,
            Dead = current.Dead.With(died),
            DeadCount = current.DeadCount + died.Count,
            DeletedCount = current.DeletedCount + deletedDelta,
        };
    }

    private void Take(Demonstration row, WriteKind kind)
    {
        vectors.AddRange(row.Vector);
        idHashes.Add(SeededDraw.Hash(row.Id));
        state = state with { Slots = state.Slots + 1 };
        Record(row.Id, kind);
    }

    private void Bury(int slot, bool wasDead)
    {
        if (!wasDead)
        {
            died.Add(slot);
        }
    }

    private void Record(string id, WriteKind kind)
    {
        state = state with { Revision = state.Revision + 1 };
        writer.AddChange(state.Revision, id, kind);
        outcomes.Add(new(id, kind, state.Revision));
    }
}
