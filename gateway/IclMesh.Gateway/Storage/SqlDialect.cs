using Microsoft.Data.Sqlite;
using Npgsql;

namespace IclMesh.Gateway.Storage;

/// <summary>Everything in which the two databases differ. All other SQL of the gateway is common to both.</summary>
/// <param name="Name">For messages.</param>
/// <param name="Text">Type of a text that is compared and sorted byte by byte.</param>
/// <param name="Bytes">Type of a byte string.</param>
/// <param name="ClaimRows">Ends a SELECT that claims rows, so that no two gateways claim the same; SQLite has one writer at a time.</param>
/// <param name="HoldRows">Ends a SELECT whose rows must not change before its statement is done; SQLite has one writer at a time.</param>
/// <param name="Now">The database's clock in milliseconds since 1970 (UTC), also within a transaction.</param>
/// <param name="SchemaLock">Statement that keeps two gateways from migrating at the same time; empty where a transaction does.</param>
internal sealed record SqlDialect(string Name, string Text, string Bytes, string ClaimRows, string HoldRows, string Now, string SchemaLock)
{
    public static SqlDialect Sqlite { get; } = new("SQLite", "TEXT", "BLOB", "", "", "CAST(unixepoch('subsec') * 1000 AS INTEGER)", "");

    public static SqlDialect Postgres { get; } = new(
        "PostgreSQL",
        "TEXT COLLATE \"C\"",
        "BYTEA",
        "FOR UPDATE SKIP LOCKED",
        "FOR SHARE",
        "CAST(extract(epoch FROM clock_timestamp()) * 1000 AS BIGINT)",
        "SELECT pg_advisory_xact_lock(20516347843499336)");

    /// <summary>A statement of the migrations in this dialect.</summary>
    public string Write(string sql) =>
        sql.Replace("{text}", Text, StringComparison.Ordinal).Replace("{bytes}", Bytes, StringComparison.Ordinal);

    /// <summary>The error to throw instead of what a database threw; null where that is a bug and must stay what it is.</summary>
    public static MeshException? Translate(Exception failure) => failure switch
    {
        SqliteException { SqliteErrorCode: 11 or 26 } => Corrupt(failure), // SQLITE_CORRUPT, SQLITE_NOTADB
        SqliteException { SqliteErrorCode: 3 or 5 or 8 or 10 or 13 or 14 } => Unavailable(failure), // PERM, BUSY, READONLY, IOERR, FULL, CANTOPEN
        PostgresException { SqlState: PostgresErrorCodes.DataCorrupted or PostgresErrorCodes.IndexCorrupted } => Corrupt(failure),
        PostgresException { SqlState: PostgresErrorCodes.DiskFull or PostgresErrorCodes.ReadOnlySqlTransaction or PostgresErrorCodes.InsufficientPrivilege } =>
            Unavailable(failure),
        PostgresException { SqlState: ['2', '2', ..] } => new(
            ErrorKind.InvalidArgument, ErrorReasons.RequestInvalid, $"the gateway's store cannot hold a value of the request: {((PostgresException)failure).MessageText}", failure),
        PostgresException { IsTransient: false } => null,
        NpgsqlException or UnauthorizedAccessException or IOException => Unavailable(failure),
        _ => null,
    };

    private static MeshException Corrupt(Exception failure) =>
        new(ErrorKind.DataLoss, ErrorReasons.DataCorrupt, $"the gateway's store is corrupt: {failure.Message}", failure);

    private static MeshException Unavailable(Exception failure) =>
        new(ErrorKind.Unavailable, ErrorReasons.StorageUnavailable, $"the gateway's store: {failure.Message}", failure);
}
