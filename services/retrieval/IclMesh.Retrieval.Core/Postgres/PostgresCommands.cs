using Npgsql;

namespace IclMesh.Retrieval.Core.Postgres;

/// <summary>Commands with positional parameters.</summary>
internal static class PostgresCommands
{
    /// <summary>A command.</summary>
    /// <param name="connection">An open connection.</param>
    /// <param name="sql">The statement; names in it come from this store, values only by parameters.</param>
    /// <param name="values">Values of $1, $2, …; null is SQL's NULL.</param>
    public static NpgsqlCommand Command(this NpgsqlConnection connection, string sql, params ReadOnlySpan<object?> values)
    {
#pragma warning disable CA2100 // Names of tables are made of numbers; what callers send are parameters.
        var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        foreach (var value in values)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = value ?? DBNull.Value });
        }

        return command;
    }

    /// <summary>Gives a command its statement, where that is written after its parameters.</summary>
    /// <param name="command">The command.</param>
    /// <param name="sql">The statement; names in it come from this store, values only by parameters.</param>
    public static void Set(this NpgsqlCommand command, string sql)
    {
#pragma warning disable CA2100 // Names of tables are made of numbers; what callers send are parameters.
        command.CommandText = sql;
#pragma warning restore CA2100
    }

    /// <summary>Runs statements that return nothing, at start-up.</summary>
    /// <param name="connection">An open connection.</param>
    /// <param name="sql">The statements.</param>
    public static void Run(this NpgsqlConnection connection, string sql)
    {
        using var command = connection.Command(sql);
        command.ExecuteNonQuery();
    }

    /// <summary>Runs statements that return nothing.</summary>
    /// <param name="connection">An open connection.</param>
    /// <param name="sql">The statements.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task RunAsync(this NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = connection.Command(sql);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
