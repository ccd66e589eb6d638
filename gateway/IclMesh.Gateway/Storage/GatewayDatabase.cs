using System.Data.Common;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace IclMesh.Gateway.Storage;

/// <summary>The gateway's database: opened and migrated once, shared by every store. Stores see ADO.NET and no product.</summary>
/// <remarks>SQL uses <c>@name</c> parameters. SQLite answers synchronously and writes one transaction at a time; every commit is on disk.</remarks>
internal sealed class GatewayDatabase : IAsyncDisposable
{
    private readonly DbDataSource source;
    private readonly string onOpen;

    private GatewayDatabase(DbDataSource source, SqlDialect dialect, string onOpen)
    {
        this.source = source;
        this.onOpen = onOpen;
        Dialect = dialect;
    }

    /// <summary>In what the database differs from the other one.</summary>
    public SqlDialect Dialect { get; }

    /// <summary>Opens the database that the configuration names and brings its schema up to date.</summary>
    /// <param name="options">The settings, validated.</param>
    /// <exception cref="MeshException">The database cannot be opened, or is newer than this build.</exception>
    public static GatewayDatabase Open(GatewayStoreOptions options)
    {
        var database = options.Kind == GatewayStoreOptions.Postgres ? OpenPostgres(options) : OpenSqlite(options);
        try
        {
            using var connection = database.source.OpenConnection();
            GatewayMigrations.Apply(connection, database.Dialect);
            return database;
        }
        catch (Exception failure) when (SqlDialect.Translate(failure) is { } translated)
        {
            throw translated;
        }
    }

    /// <summary>Runs work on a connection of its own; what the database does wrong becomes an error that a caller can act on.</summary>
    /// <param name="work">The work; statements outside a transaction commit by themselves.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<T> RunAsync<T>(Func<DbConnection, Task<T>> work, CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = await source.OpenConnectionAsync(cancellationToken);
            if (onOpen.Length > 0)
            {
                await connection.Command(onOpen).RunAsync(cancellationToken);
            }

            return await work(connection);
        }
        catch (Exception failure) when (SqlDialect.Translate(failure) is { } translated)
        {
            throw translated;
        }
    }

    /// <summary>Runs work in one transaction, which commits when the work ends and is undone when it throws.</summary>
    /// <param name="work">The work; commands of the connection belong to the transaction.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<T> TransactAsync<T>(Func<DbConnection, Task<T>> work, CancellationToken cancellationToken) => RunAsync(
        async connection =>
        {
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            var answer = await work(connection);
            await transaction.CommitAsync(cancellationToken);
            return answer;
        },
        cancellationToken);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await using (var connection = source.CreateConnection())
        {
            if (connection is SqliteConnection sqlite)
            {
                SqliteConnection.ClearPool(sqlite);
            }
        }

        await source.DisposeAsync();
    }

    private static GatewayDatabase OpenSqlite(GatewayStoreOptions options)
    {
        var path = Path.GetFullPath(Path.Combine(options.Folder, "gateway.db"));
        try
        {
            PrivateFiles.CreateFolder(options.Folder);

            // Made before the library opens it, which knows no modes; its journals take the mode of the file.
            if (!File.Exists(path))
            {
                PrivateFiles.Ensure(path);
            }
        }
        catch (Exception failure) when (SqlDialect.Translate(failure) is { } translated)
        {
            throw translated;
        }

        var connection = new SqliteConnectionStringBuilder { DataSource = path, DefaultTimeout = 30 };
        return new(SqliteFactory.Instance.CreateDataSource(connection.ToString()), SqlDialect.Sqlite, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");
    }

    private static GatewayDatabase OpenPostgres(GatewayStoreOptions options)
    {
        var connection = new NpgsqlConnectionStringBuilder(options.ConnectionString) { SearchPath = options.Schema };
        var source = NpgsqlDataSource.Create(connection);
        try
        {
            // The schema's name passed validation: it needs no quoting.
            using var schema = source.CreateCommand($"CREATE SCHEMA IF NOT EXISTS {options.Schema}");
            schema.ExecuteNonQuery();
            return new(source, SqlDialect.Postgres, onOpen: "");
        }
        catch (Exception failure) when (SqlDialect.Translate(failure) is { } translated)
        {
            source.Dispose();
            throw translated;
        }
    }
}
