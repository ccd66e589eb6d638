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

    // A connection holds two files open: what many readers at once needed is not kept for a few.
    private const int MaxIdleReaders = 4;

    private readonly string folder;
    private readonly RowWriter writer;
    private readonly SemaphoreSlim gate = new(1, 1);
    private readonly ConcurrentQueue<RowReader> readers = new();
    private volatile CollectionView view;
    private volatile bool closed;

    private SqliteCollection(string folder, CollectionName name, CollectionSchema schema, bool create)
    {
        this.folder = folder;
        Label = name.ToString();
        Schema = schema;
        writer = new RowWriter(RowsPath, schema.TextIndex);
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

        PrivateFiles.CreateFolder(folder);
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
    /// <param name="cancellationToken">Stops whatever is read.</param>
    /// <exception cref="MeshException">The vector files were cut short.</exception>
    public CollectionReading Read(CancellationToken cancellationToken)
    {
        var spinner = default(SpinWait);
        while (true)
        {
            ObjectDisposedException.ThrowIf(closed, this);
            var rows = readers.TryDequeue(out var pooled) ? pooled : new RowReader(RowsPath);
            var state = rows.Begin(cancellationToken);
            var current = view;

            // Between a commit and the publication of its view the two differ for a moment.
            if (current.State == state && current.Table.TryAcquire())
            {
                var reading = new CollectionReading(this, current, rows, cancellationToken);
                try
                {
                    current.Table.RequireFiles(state.Slots);
                    return reading;
                }
                catch
                {
                    reading.Dispose();
                    throw;
                }
            }

            EndReading(rows);
            spinner.SpinOnce();
        }
    }

    /// <summary>Ends what <see cref="Read"/> began.</summary>
    /// <param name="current">The view.</param>
    /// <param name="rows">The connection.</param>
    public void EndReading(CollectionView current, RowReader rows)
    {
        current.Table.Release();
        EndReading(rows);
    }

    private void EndReading(RowReader rows)
    {
        rows.End();
        if (closed || readers.Count >= MaxIdleReaders)
        {
            rows.Dispose();
        }
        else
        {
            readers.Enqueue(rows);
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
        while (readers.TryDequeue(out var reader))
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
            var state = rows.Begin(CancellationToken.None);
            var dead = rows.DeadSlots();
            var deleted = rows.DeletedCount();
            var table = create
                ? VectorTable.Create(folder, state.Generation, Schema)
                : VectorTable.Open(folder, state.Generation, Schema, state.Slots, () => rows.IdHashes(state.Slots));
            rows.End();
            readers.Enqueue(rows);
            return new(table, state, SlotSet.Empty.With(dead), dead.Count, deleted);
        }
        catch
        {
            rows.Dispose();
            throw;
        }
    }
}
