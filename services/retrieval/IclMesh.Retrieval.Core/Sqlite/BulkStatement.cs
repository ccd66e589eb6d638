using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace IclMesh.Retrieval.Core.Sqlite;

/// <summary>A statement that is run for every row of a batch: bound by position, without the objects that a command makes for each run.</summary>
/// <remarks>It runs in whatever transaction its connection is in, and is disposed before the connection.</remarks>
internal sealed class BulkStatement : IDisposable
{
    private readonly sqlite3 database;
    private readonly sqlite3_stmt statement;

    /// <summary>Compiles a statement.</summary>
    /// <param name="connection">An open connection.</param>
    /// <param name="sql">One statement with the parameters ?1, ?2, …, which returns no rows.</param>
    public BulkStatement(SqliteConnection connection, string sql)
    {
        database = connection.Handle!;
        Check(raw.sqlite3_prepare_v3(database, sql, raw.SQLITE_PREPARE_PERSISTENT, out statement));
    }

    /// <summary>Sets a parameter.</summary>
    /// <param name="place">From 1.</param>
    /// <param name="value">The value.</param>
    public BulkStatement Set(int place, long value)
    {
        Check(raw.sqlite3_bind_int64(statement, place, value));
        return this;
    }

    /// <summary>Sets a parameter.</summary>
    /// <param name="place">From 1.</param>
    /// <param name="value">The value; null is SQL's NULL.</param>
    public BulkStatement Set(int place, string? value)
    {
        Check(value is null ? raw.sqlite3_bind_null(statement, place) : raw.sqlite3_bind_text(statement, place, value));
        return this;
    }

    /// <summary>Sets a parameter.</summary>
    /// <param name="place">From 1.</param>
    /// <param name="value">The value.</param>
    public BulkStatement Set(int place, byte[] value)
    {
        Check(raw.sqlite3_bind_blob(statement, place, value));
        return this;
    }

    /// <summary>Runs the statement.</summary>
    /// <returns>Rows that it changed.</returns>
    /// <exception cref="SqliteException">It failed.</exception>
    public int Run()
    {
        var result = raw.sqlite3_step(statement);
        var failed = result is not raw.SQLITE_DONE;

        // A reset repeats the error of the step, so the step's is told first.
        if (failed)
        {
            try
            {
                Check(result);
            }
            finally
            {
                raw.sqlite3_reset(statement);
            }
        }

        Check(raw.sqlite3_reset(statement));
        return raw.sqlite3_changes(database);
    }

    /// <inheritdoc/>
    public void Dispose() => statement.Dispose();

    private void Check(int result) => SqliteException.ThrowExceptionForRC(result, database);
}
