using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace IclMesh.Retrieval.Core.Sqlite;

/// <summary>Opens connections the one way that this store uses them.</summary>
internal static class SqliteConnections
{
    /// <summary>Opens a database in write-ahead mode, every commit on disk before it returns.</summary>
    /// <param name="path">The file; created where missing.</param>
    public static SqliteConnection Open(string path)
    {
        // SQLite gives its journals the mode of the database.
        PrivateFiles.Ensure(path);
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Pooling = false,
            DefaultTimeout = 30,
        }.ToString());
        try
        {
            connection.Open();
            connection.Run("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 4000; PRAGMA temp_store = MEMORY; PRAGMA cell_size_check = ON");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Stops whatever statement runs when a token is cancelled; the statement then fails with SQLITE_INTERRUPT.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="cancellationToken">The token.</param>
    /// <returns>Ends it; waits for an interruption that is under way.</returns>
    public static CancellationTokenRegistration InterruptOn(this SqliteConnection connection, CancellationToken cancellationToken) =>
        cancellationToken.UnsafeRegister(static database => raw.sqlite3_interrupt((sqlite3)database!), connection.Handle);

    /// <summary>Runs statements that return nothing.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="sql">The statements.</param>
    /// <param name="transaction">The transaction that is open.</param>
    public static void Run(this SqliteConnection connection, string sql, SqliteTransaction? transaction = null)
    {
        using var command = connection.Prepare(sql);
        command.Transaction = transaction;
        command.ExecuteNonQuery();
    }

    /// <summary>The first column of the first row; null where there is none.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="sql">The query.</param>
    public static object? Scalar(this SqliteConnection connection, string sql)
    {
        using var command = connection.Prepare(sql);
        return command.ExecuteScalar();
    }

    /// <summary>A command with named parameters, for repeated use.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="sql">One statement; never built from what a caller sent.</param>
    /// <param name="parameters">Names as the statement spells them.</param>
    public static SqliteCommand Prepare(this SqliteConnection connection, string sql, params ReadOnlySpan<string> parameters)
    {
        var command = connection.CreateCommand();
#pragma warning disable CA2100 // All statements are constants of this folder.
        command.CommandText = sql;
#pragma warning restore CA2100
        foreach (var name in parameters)
        {
            command.Parameters.Add(new SqliteParameter(name, null));
        }

        return command;
    }

    /// <summary>Sets the parameters in the order in which <see cref="Prepare"/> named them.</summary>
    /// <param name="command">The command.</param>
    /// <param name="values">A value for each; null is SQL's NULL.</param>
    public static SqliteCommand With(this SqliteCommand command, params ReadOnlySpan<object?> values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            command.Parameters[i].Value = values[i] ?? DBNull.Value;
        }

        return command;
    }
}
