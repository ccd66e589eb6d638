using System.Collections.Concurrent;
using IclMesh.Retrieval.Core.Collections;
using IclMesh.Retrieval.Core.Demonstrations;
using IclMesh.Retrieval.Core.Exact;

namespace IclMesh.Retrieval.Core.Sqlite;

/// <summary>One open collection: rows.db and the vector files in a folder of their own.</summary>
/// <remarks>
/// A write puts its vectors behind the last committed slot and waits until they are on disk; only then does the database commit, which makes
/// the batch visible as a whole. What a killed process left behind the last committed slot is overwritten by the next write.
/// </remarks>
internal sealed partial class SqliteCollection : IDisposable
{
    private const string RowsFile = "rows.db";

    private readonly string folder;
    private readonly RowWriter writer;
    private readonly SemaphoreSlim gate = new(1, 1);
    private readonly ConcurrentBag<RowReader> readers = [];
    private volatile CollectionView view;
    private volatile bool closed;

    private SqliteCollection(string folder, CollectionName name, CollectionSchema schema, bool create)
    {
        this.folder = folder;
        Label = name.ToString();
        Schema = schema;
        writer = new RowWriter(RowsPath);
        try
        {
            view = Load(create);
        }
        catch
        {
            writer.Dispose();
            throw;
        }
    }

    /// <summary>The collection's name, for messages.</summary>
    public string Label { get; }

    /// <summary>What its vectors have in common.</summary>
    public CollectionSchema Schema { get; }

    /// <summary>Answers filters.</summary>
    public FilterIndex Filters { get; } = new();

    /// <summary>The newest committed state.</summary>
    public CollectionView View => view;

    private string RowsPath => Path.Combine(folder, RowsFile);

    /// <summary>Creates the files of an empty collection.</summary>
    /// <param name="folder">Its folder; what an unfinished attempt left there is removed.</param>
    /// <param name="name">Its name, for messages.</param>
    /// <param name="schema">What its vectors have in common.</param>
    public static SqliteCollection Create(string folder, CollectionName name, CollectionSchema schema)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }

        Directory.CreateDirectory(folder);
        return new(folder, name, schema, create: true);
    }

    /// <summary>Opens a collection.</summary>
    /// <param name="folder">Its folder.</param>
    /// <param name="name">Its name, for messages.</param>
    /// <param name="schema">What the catalog says about it.</param>
    public static SqliteCollection Open(string folder, CollectionName name, CollectionSchema schema) =>
        File.Exists(Path.Combine(folder, RowsFile))
            ? new(folder, name, schema, create: false)
            : throw SqliteFailures.DataCorrupt(name.ToString(), "rows.db is missing");

    /// <summary>Begins a consistent read.</summary>
    public CollectionReading Read()
    {
        var spinner = default(SpinWait);
        while (true)
        {
            ObjectDisposedException.ThrowIf(closed, this);
            var rows = readers.TryTake(out var pooled) ? pooled : new RowReader(RowsPath);
            var state = rows.Begin();
            var current = view;

            // Between a commit and the publication of its view the two differ for a moment.
            if (current.State == state && current.Table.TryAcquire())
            {
                return new(this, current, rows);
            }

            rows.End();
            readers.Add(rows);
            spinner.SpinOnce();
        }
    }

    /// <summary>Ends what <see cref="Read"/> began.</summary>
    /// <param name="current">The view.</param>
    /// <param name="rows">The connection.</param>
    public void EndReading(CollectionView current, RowReader rows)
    {
        current.Table.Release();
        rows.End();
        if (closed)
        {
            rows.Dispose();
        }
        else
        {
            readers.Add(rows);
        }
    }

    /// <summary>Runs a change in one transaction and publishes its result.</summary>
    /// <param name="change">Makes the change; what it leaves behind is committed unless it throws.</param>
    /// <param name="cancellationToken">Gives up waiting for earlier writers.</param>
    public async Task<IReadOnlyList<WriteOutcome>> WriteAsync(Action<CollectionChange> change, CancellationToken cancellationToken)
    {
        await gate.WaitAsync(cancellationToken);
        try
        {
            ObjectDisposedException.ThrowIf(closed, this);
            writer.Begin();
            var pending = new CollectionChange(writer, Schema, view.State);
            change(pending);
            view = pending.Commit(view);
            return pending.Outcomes;
        }
        catch
        {
            writer.End();
            throw;
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>Closes the files once the current readers have finished.</summary>
    public void Dispose()
    {
        gate.Wait();
        closed = true;
        writer.Dispose();
        while (readers.TryTake(out var reader))
        {
            reader.Dispose();
        }

        view.Table.Release();
        gate.Release();
    }

    private CollectionView Load(bool create)
    {
        var rows = new RowReader(RowsPath);
        try
        {
            var state = rows.Begin();
            var dead = rows.DeadSlots();
            var deleted = rows.DeletedCount();
            var table = create
                ? VectorTable.Create(folder, state.Generation, Schema)
                : VectorTable.Open(folder, state.Generation, Schema, state.Slots, () => rows.IdHashes(state.Slots));
            rows.End();
            readers.Add(rows);
            return new(table, state, SlotSet.Empty.With(dead), dead.Count, deleted);
        }
        catch
        {
            rows.Dispose();
            throw;
        }
    }
}
