using IclMesh.Retrieval.Core.Collections;
using IclMesh.Retrieval.Core.Demonstrations;
using IclMesh.Retrieval.Core.Filters;
using IclMesh.Retrieval.Core.Selection;
using Microsoft.Data.Sqlite;

namespace IclMesh.Retrieval.Core.Sqlite;

/// <summary>One read connection to rows.db with its statements; used by one reader at a time.</summary>
internal sealed class RowReader : IDisposable
{
    private readonly SqliteConnection connection;
    private readonly SqliteCommand state;
    private readonly SqliteCommand bySlot;
    private readonly SqliteCommand briefBySlot;
    private readonly SqliteCommand byId;
    private readonly SqliteCommand idBySlot;
    private readonly SqliteCommand ids;
    private readonly SqliteCommand deadSlots;
    private readonly SqliteCommand deletedCount;
    private readonly SqliteCommand labelCounts;
    private readonly SqliteCommand[] commands;
    private SqliteTransaction? transaction;
    private CancellationTokenRegistration interruption;
    private CancellationToken cancelled;

    /// <summary>Opens a connection.</summary>
    /// <param name="path">rows.db.</param>
    public RowReader(string path)
    {
        connection = SqliteConnections.Open(path);
        state = connection.Prepare("SELECT generation, slots, revision FROM state");
        bySlot = connection.Prepare($"SELECT {StoredRow.Columns} FROM demonstrations WHERE slot = $slot", "$slot");
        byId = connection.Prepare($"SELECT {StoredRow.Columns} FROM demonstrations WHERE id = $id AND deleted = 0", "$id");
        idBySlot = connection.Prepare("SELECT id FROM demonstrations WHERE slot = $slot", "$slot");
        briefBySlot = connection.Prepare($"SELECT {StoredRow.BriefColumns} FROM demonstrations WHERE slot = $slot", "$slot");
        ids = connection.Prepare("SELECT slot, id FROM demonstrations WHERE deleted = 0");
        deadSlots = connection.Prepare("SELECT slot FROM dead_slots");

        // The slots of deleted rows are dead, and dead slots are few: no reason to read every row.
        deletedCount = connection.Prepare("SELECT count(*) FROM dead_slots JOIN demonstrations USING(slot)");
        labelCounts = connection.Prepare("SELECT label, count(*) FROM demonstrations WHERE deleted = 0 GROUP BY label");
        commands = [state, bySlot, briefBySlot, idBySlot, byId, ids, deadSlots, deletedCount, labelCounts];
    }

    /// <summary>Fixes the state that all reads up to <see cref="End"/> see.</summary>
    /// <param name="cancellationToken">Interrupts whatever statement runs.</param>
    public StoreState Begin(CancellationToken cancellationToken)
    {
        interruption = connection.InterruptOn(cancellationToken);
        cancelled = cancellationToken;
        transaction = connection.BeginTransaction(deferred: true);
        foreach (var command in commands)
        {
            command.Transaction = transaction;
        }

        using var reader = state.ExecuteReader();
        reader.Read();
        return new(reader.GetInt64(0), reader.GetInt32(1), reader.GetInt64(2));
    }

    /// <summary>Lets go of the state.</summary>
    public void End()
    {
        interruption.Dispose();
        interruption = default;
        transaction?.Dispose();
        transaction = null;
    }

    /// <summary>The row of a slot.</summary>
    /// <param name="slot">A live slot.</param>
    /// <param name="includeText">False leaves the text out, and reads no page of it.</param>
    public StoredRow? BySlot(int slot, bool includeText) => Single((includeText ? bySlot : briefBySlot).With(slot));

    /// <summary>The id of a slot.</summary>
    /// <param name="slot">A live slot.</param>
    public string IdOf(int slot) => (string?)idBySlot.With(slot).ExecuteScalar() ?? "";

    /// <summary>The row of an id that is not deleted.</summary>
    /// <param name="id">The id.</param>
    public StoredRow? ById(string id) => Single(byId.With(id));

    /// <summary>Rows by id in code-point order.</summary>
    /// <param name="after">Only ids greater than this one; empty starts at the beginning.</param>
    /// <param name="includeDeleted">True lists soft-deleted rows as well.</param>
    /// <param name="includeText">False leaves the texts out.</param>
    /// <returns>The rows as they are read: whoever stops early reads no more.</returns>
    public IEnumerable<StoredRow> After(string after, bool includeDeleted, bool includeText)
    {
        using var command = connection.Prepare(
            $"SELECT {(includeText ? StoredRow.Columns : StoredRow.BriefColumns)} FROM demonstrations WHERE id > $after AND deleted <= $deleted ORDER BY id",
            "$after",
            "$deleted");
        command.Transaction = transaction;
        using var reader = Run(command.With(after, includeDeleted ? 1 : 0));
        while (reader.Read())
        {
            yield return StoredRow.Read(reader);
        }
    }

    /// <summary>One field of every row of a range of slots, deleted ones too: text, except for versions.</summary>
    /// <param name="field">The field; metadata comes whole, as JSON.</param>
    /// <param name="first">First slot.</param>
    /// <param name="end">Slot after the last.</param>
    public IEnumerable<(int Slot, object Value)> Values(FilterFieldKind field, int first, int end)
    {
        var column = field.ToString().ToLowerInvariant();
        using var command = connection.Prepare(
            $"SELECT slot, {column} FROM demonstrations WHERE slot >= $first AND slot < $end", "$first", "$end");
        command.Transaction = transaction;
        using var reader = Run(command.With(first, end));
        while (reader.Read())
        {
            yield return (reader.GetInt32(0), reader.GetValue(1));
        }
    }

    /// <summary>Slots whose text holds any of some words, and their BM25 scores, best first.</summary>
    /// <param name="words">Words of letters and digits.</param>
    public IEnumerable<(int Slot, double Score)> Texts(IReadOnlyList<string> words)
    {
        using var command = connection.Prepare("SELECT rowid, -rank FROM texts WHERE texts MATCH $words ORDER BY rank", "$words");
        command.Transaction = transaction;
        using var reader = Run(command.With(string.Join(" OR ", words.Select(word => $"\"{word}\""))));
        while (reader.Read())
        {
            yield return (reader.GetInt32(0), reader.GetDouble(1));
        }
    }

    /// <summary>Slot and id of every row that is not deleted.</summary>
    public IEnumerable<(int Slot, string Id)> Ids()
    {
        using var reader = Run(ids);
        while (reader.Read())
        {
            yield return (reader.GetInt32(0), reader.GetString(1));
        }
    }

    /// <summary>Hash of the id of every slot; 0 where no row uses it.</summary>
    /// <param name="slots">Number of slots.</param>
    public ulong[] IdHashes(int slots)
    {
        var hashes = new ulong[slots];
        foreach (var (slot, id) in Ids())
        {
            hashes[slot] = SeededDraw.Hash(id);
        }

        return hashes;
    }

    /// <summary>Every slot below <see cref="StoreState.Slots"/> that no live row uses.</summary>
    public List<int> DeadSlots()
    {
        using var reader = deadSlots.ExecuteReader();
        var slots = new List<int>();
        while (reader.Read())
        {
            slots.Add(reader.GetInt32(0));
        }

        return slots;
    }

    /// <summary>Number of soft-deleted rows.</summary>
    public long DeletedCount() => (long)deletedCount.ExecuteScalar()!;

    /// <summary>The change feed.</summary>
    /// <param name="after">Only entries behind this revision.</param>
    /// <param name="limit">Most entries.</param>
    public List<CollectionEvent> Changes(long after, int limit)
    {
        using var command = connection.Prepare(
            "SELECT revision, id, kind FROM changes WHERE revision > $after ORDER BY revision LIMIT $limit", "$after", "$limit");
        command.Transaction = transaction;
        using var reader = Run(command.With(after, limit));
        var changes = new List<CollectionEvent>();
        while (reader.Read())
        {
            changes.Add(new(reader.GetInt64(0), reader.GetString(1), Enum.Parse<WriteKind>(reader.GetString(2))));
        }

        return changes;
    }

    /// <summary>Rows per label, deleted ones aside.</summary>
    public Dictionary<string, long> LabelCounts()
    {
        using var reader = Run(labelCounts);
        var counts = new Dictionary<string, long>();
        while (reader.Read())
        {
            counts.Add(reader.GetString(0), reader.GetInt64(1));
        }

        return counts;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        End();
        foreach (var command in commands)
        {
            command.Dispose();
        }

        connection.Dispose();
    }

    /// <summary>A statement that has not begun is not interrupted, so it must not begin.</summary>
    private SqliteDataReader Run(SqliteCommand command)
    {
        cancelled.ThrowIfCancellationRequested();
        return command.ExecuteReader();
    }

    private static StoredRow? Single(SqliteCommand command)
    {
        using var reader = command.ExecuteReader();
        return reader.Read() ? StoredRow.Read(reader) : null;
    }
}
