using System.Buffers;
using Npgsql;

namespace IclMesh.Retrieval.Core.Postgres;

/// <summary>Creates and migrates the store's schema.</summary>
internal static class PostgresSchema
{
    private static readonly SearchValues<char> NameCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789_");

    // Two hosts that start at the same time must not migrate at the same time.
    private const long MigrationLock = 0x49434c4d455348;

    /// <summary>Brings the schema up to date, in one transaction.</summary>
    /// <param name="options">Where.</param>
    public static void Migrate(PostgresStoreOptions options)
    {
        if (options.Schema.Length is 0 or > 48 || options.Schema.AsSpan().ContainsAnyExcept(NameCharacters))
        {
            throw new ArgumentException($"the schema's name must be 1 to 48 of a-z, 0-9 and _, is '{options.Schema}'", nameof(options));
        }

        using var connection = new NpgsqlConnection(options.ConnectionString);
        connection.Open();
        using var transaction = connection.BeginTransaction();
        connection.Run($"SELECT pg_advisory_xact_lock({MigrationLock})");
        connection.Run($"CREATE EXTENSION IF NOT EXISTS vector; CREATE SCHEMA IF NOT EXISTS {options.Schema}");
        connection.Run($"CREATE TABLE IF NOT EXISTS {options.Schema}.schema_version(version integer NOT NULL)");

        using var read = connection.Command($"SELECT coalesce(max(version), 0) FROM {options.Schema}.schema_version");
        var version = (int)read.ExecuteScalar()!;
        if (version > PostgresSql.Migrations.Count)
        {
            throw new MeshException(
                ErrorKind.FailedPrecondition,
                ErrorReasons.FormatUnsupported,
                $"schema '{options.Schema}' has version {version}, this build reads up to {PostgresSql.Migrations.Count}");
        }

        for (var next = version; next < PostgresSql.Migrations.Count; next++)
        {
            connection.Run(PostgresSql.Migrations[next].Replace("SCHEMA", options.Schema, StringComparison.Ordinal));
            if (next == PostgresConversion.Version)
            {
                PostgresConversion.Run(connection, options.Schema);
            }

            connection.Run($"INSERT INTO {options.Schema}.schema_version VALUES({next + 1})");
        }

        transaction.Commit();
    }
}
