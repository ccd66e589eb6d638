using IclMesh.Retrieval.Core.Demonstrations;
using IclMesh.Retrieval.Core.Texts;
using Microsoft.Data.Sqlite;

namespace IclMesh.Retrieval.Core.Sqlite;

/// <summary>The write connection to rows.db with its statements; used by one writer at a time.</summary>
internal sealed class RowWriter : IDisposable
{
    private readonly SqliteConnection connection;
    private readonly SqliteCommand find;
    private readonly BulkStatement insert;
    private readonly SqliteCommand remove;
    private readonly SqliteCommand markDeleted;
    private readonly SqliteCommand addDeadSlot;
    private readonly BulkStatement insertText;
    private readonly SqliteCommand removeText;
    private readonly BulkStatement addChange;
    private readonly SqliteCommand setState;
    private readonly SqliteCommand[] commands;
    private SqliteTransaction? transaction;

    /// <summary>Adds a row: the parameters of <see cref="Bind"/>, and whether it is deleted.</summary>
    public const string InsertRow =
        "INSERT INTO demonstrations(slot, id, label, distribution, metadata, split, version, checksum, brief, text_bytes, text_key, digest, deleted, text) "
        + "VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14) ON CONFLICT(id) DO NOTHING";

    /// <summary>Adds a text, cut into words, to the full-text index.</summary>
    public const string InsertWords = "INSERT INTO texts(rowid, words) VALUES(?1, ?2)";

    /// <summary>Opens a connection and brings the schema up to date.</summary>
    /// <param name="path">rows.db; created where missing.</param>
    /// <param name="textIndex">True where there is a full-text index.</param>
    public RowWriter(string path, bool textIndex)
    {
        connection = SqliteConnections.Open(path);
        try
        {
            SchemaMigrations.Apply(connection, SchemaMigrations.Rows(textIndex));
        }
        catch
        {
            connection.Dispose();
            throw;
        }

        find = connection.Prepare("SELECT slot, version, digest, deleted FROM demonstrations WHERE id = $id", "$id");
        insert = new(connection, InsertRow);
        remove = connection.Prepare("DELETE FROM demonstrations WHERE slot = $slot", "$slot");
        markDeleted = connection.Prepare("UPDATE demonstrations SET deleted = 1, version = $version WHERE slot = $slot", "$slot", "$version");
        addDeadSlot = connection.Prepare("INSERT OR IGNORE INTO dead_slots VALUES($slot)", "$slot");
        insertText = new(connection, InsertWords);
        removeText = connection.Prepare("DELETE FROM texts WHERE rowid = $slot", "$slot");
        addChange = new(connection, "INSERT INTO changes VALUES(?1, ?2, ?3)");
        setState = connection.Prepare(
            "UPDATE state SET generation = $generation, slots = $slots, revision = $revision", "$generation", "$slots", "$revision");
        commands = [find, remove, markDeleted, addDeadSlot, removeText, setState];
    }

    /// <summary>Begins a transaction.</summary>
    public void Begin()
    {
        transaction = connection.BeginTransaction();
        foreach (var command in commands)
        {
            command.Transaction = transaction;
        }
    }

    /// <summary>Makes everything since <see cref="Begin"/> durable and visible.</summary>
    /// <param name="state">The new state.</param>
    public void Commit(StoreState state)
    {
        setState.With(state.Generation, state.Slots, state.Revision).ExecuteNonQuery();
        transaction!.Commit();
        End();
    }

    /// <summary>Undoes everything since <see cref="Begin"/> unless it was committed.</summary>
    public void End()
    {
        transaction?.Dispose();
        transaction = null;
    }

    /// <summary>What is stored under an id, deleted or not.</summary>
    /// <param name="id">The id.</param>
    public (int Slot, long Version, byte[] Digest, bool Deleted)? Find(string id)
    {
        using var reader = find.With(id).ExecuteReader();
        return reader.Read() ? (reader.GetInt32(0), reader.GetInt64(1), reader.GetFieldValue<byte[]>(2), reader.GetBoolean(3)) : null;
    }

    /// <summary>Adds a row, unless there is one of its id, deleted or not.</summary>
    /// <param name="slot">Its slot.</param>
    /// <param name="row">Its content.</param>
    /// <param name="metadata">Its metadata as JSON.</param>
    /// <param name="distribution">Its label distribution as JSON.</param>
    /// <param name="content">What is derived from its content.</param>
    /// <param name="textIndex">True adds the text to the full-text index.</param>
    /// <returns>False where its id is taken.</returns>
    public bool TryInsert(int slot, Demonstration row, string metadata, string? distribution, DemonstrationContent content, bool textIndex)
    {
        var inserted = Bind(insert, slot, row, metadata, distribution, content).Set(13, 0).Run() > 0;
        if (inserted && textIndex)
        {
            insertText.Set(1, slot).Set(2, TextIndexEntry.Spaced(row.Text)).Run();
        }

        return inserted;
    }

    /// <summary>Binds a row to <see cref="InsertRow"/>.</summary>
    /// <param name="insert">The statement.</param>
    /// <param name="slot">Its slot.</param>
    /// <param name="row">Its content.</param>
    /// <param name="metadata">Its metadata as JSON.</param>
    /// <param name="distribution">Its label distribution as JSON.</param>
    /// <param name="content">What is derived from its content.</param>
    public static BulkStatement Bind(
        BulkStatement insert, long slot, Demonstration row, string metadata, string? distribution, DemonstrationContent content) => insert
        .Set(1, slot)
        .Set(2, row.Id)
        .Set(3, row.Label)
        .Set(4, distribution)
        .Set(5, metadata)
        .Set(6, row.Split)
        .Set(7, row.Version)
        .Set(8, content.Checksum)
        .Set(9, content.Brief)
        .Set(10, content.TextBytes)
        .Set(11, content.TextKey)
        .Set(12, content.Digest)
        .Set(14, row.Text);

    /// <summary>Takes a row away that a newer one replaces.</summary>
    /// <param name="slot">Its slot.</param>
    /// <param name="wasDeleted">True where the row was soft-deleted, and so is not in the full-text index.</param>
    /// <param name="textIndex">True where there is a full-text index.</param>
    public void Replace(int slot, bool wasDeleted, bool textIndex)
    {
        remove.With(slot).ExecuteNonQuery();
        Kill(slot, textIndex && !wasDeleted);
    }

    /// <summary>Marks a row deleted.</summary>
    /// <param name="slot">Its slot.</param>
    /// <param name="version">Its new version.</param>
    /// <param name="textIndex">True where there is a full-text index.</param>
    public void MarkDeleted(int slot, long version, bool textIndex)
    {
        markDeleted.With(slot, version).ExecuteNonQuery();
        Kill(slot, textIndex);
    }

    /// <summary>Writes an entry of the change feed.</summary>
    /// <param name="revision">Its position, which is the demonstration's new version.</param>
    /// <param name="id">The demonstration.</param>
    /// <param name="kind">What happened.</param>
    public void AddChange(long revision, string id, WriteKind kind) =>
        addChange.Set(1, revision).Set(2, id).Set(3, NameOf(kind)).Run();

    /// <summary>Removes deleted rows for good and gives the others the slots 0, 1, 2, ….</summary>
    /// <param name="living">Slots of the rows that stay, ascending.</param>
    /// <param name="textIndex">True where there is a full-text index.</param>
    /// <param name="cancellationToken">Stops; nothing is committed then.</param>
    public void Renumber(IReadOnlyList<int> living, bool textIndex, CancellationToken cancellationToken)
    {
        connection.Run("DELETE FROM demonstrations WHERE deleted = 1; DELETE FROM dead_slots", transaction);
        using var move = connection.Prepare("UPDATE demonstrations SET slot = $to WHERE slot = $from", "$to", "$from");
        move.Transaction = transaction;
        for (var slot = 0; slot < living.Count; slot++)
        {
            // Ascending and never upwards: the target is free already.
            cancellationToken.ThrowIfCancellationRequested();
            if (living[slot] != slot)
            {
                move.With(slot, living[slot]).ExecuteNonQuery();
            }
        }

        if (textIndex)
        {
            connection.Run("INSERT INTO texts(texts) VALUES('delete-all')", transaction);
            using var texts = connection.Prepare("SELECT slot, text FROM demonstrations");
            texts.Transaction = transaction;
            using var reader = texts.ExecuteReader();
            while (reader.Read())
            {
                cancellationToken.ThrowIfCancellationRequested();
                insertText.Set(1, reader.GetInt64(0)).Set(2, TextIndexEntry.Spaced(reader.GetString(1))).Run();
            }
        }
    }

    /// <summary>Copies the database, as it was last committed.</summary>
    /// <param name="path">The new file.</param>
    /// <param name="cancellationToken">Stops; the file is incomplete then.</param>
    public void CopyTo(string path, CancellationToken cancellationToken)
    {
        PrivateFiles.Ensure(path);
        using var interruption = connection.InterruptOn(cancellationToken);
        using var copy = connection.Prepare("VACUUM INTO $path", "$path");
        copy.With(path).ExecuteNonQuery();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        End();
        foreach (var command in commands)
        {
            command.Dispose();
        }

        insert.Dispose();
        insertText.Dispose();
        addChange.Dispose();
        connection.Dispose();
    }

    private static string NameOf(WriteKind kind) => kind switch
    {
        WriteKind.Inserted => nameof(WriteKind.Inserted),
        WriteKind.Updated => nameof(WriteKind.Updated),
        WriteKind.Deleted => nameof(WriteKind.Deleted),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "is no change"),
    };

    private void Kill(int slot, bool removeFromTexts)
    {
        addDeadSlot.With(slot).ExecuteNonQuery();
        if (removeFromTexts)
        {
            removeText.With(slot).ExecuteNonQuery();
        }
    }
}
