using System.Data.Common;

namespace IclMesh.Gateway.Storage;

/// <summary>Commands with named parameters, alike for both databases.</summary>
internal static class SqlCommands
{
    /// <summary>A command.</summary>
    /// <param name="connection">An open connection; its transaction is the command's.</param>
    /// <param name="sql">The statement; what callers sent comes in by parameters only.</param>
    /// <param name="parameters">Names as the statement spells them, and values; null is SQL's NULL.</param>
    public static DbCommand Command(this DbConnection connection, string sql, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        var command = connection.CreateCommand();
#pragma warning disable CA2100 // All statements are constants of this project.
        command.CommandText = sql;
#pragma warning restore CA2100
        foreach (var (name, value) in parameters)
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = name;
            parameter.Value = value ?? DBNull.Value;
            command.Parameters.Add(parameter);
        }

        return command;
    }

    /// <summary>Runs a command once; the number of rows that it changed.</summary>
    public static async Task<int> RunAsync(this DbCommand command, CancellationToken cancellationToken)
    {
        await using (command)
        {
            return await command.ExecuteNonQueryAsync(cancellationToken);
        }
    }

    /// <summary>Runs a query once; its rows.</summary>
    /// <param name="command">The query.</param>
    /// <param name="read">Reads the current row.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<List<T>> ReadAsync<T>(this DbCommand command, Func<DbDataReader, T> read, CancellationToken cancellationToken)
    {
        await using (command)
        {
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            var rows = new List<T>();
            while (await reader.ReadAsync(cancellationToken))
            {
                rows.Add(read(reader));
            }

            return rows;
        }
    }

    /// <summary>Runs a query once; its first row, or the default where there is none.</summary>
    /// <param name="command">The query.</param>
    /// <param name="read">Reads the row.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<T?> FirstAsync<T>(this DbCommand command, Func<DbDataReader, T> read, CancellationToken cancellationToken) =>
        (await command.ReadAsync(read, cancellationToken)).FirstOrDefault();
}
