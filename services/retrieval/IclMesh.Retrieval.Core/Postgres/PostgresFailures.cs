using Npgsql;

namespace IclMesh.Retrieval.Core.Postgres;

/// <summary>Turns what the database can do wrong into errors that a caller can act on.</summary>
internal static class PostgresFailures
{
    /// <summary>The database refuses a value: one that it cannot keep (class 22) or one beyond its limits (class 54).</summary>
    /// <param name="failure">What was thrown.</param>
    public static bool IsRefusal(PostgresException failure) =>
        failure.SqlState.StartsWith("22", StringComparison.Ordinal) || failure.SqlState.StartsWith("54", StringComparison.Ordinal);

    /// <summary>The error to throw instead of <paramref name="failure"/>; null where it is a bug and must stay what it is.</summary>
    /// <param name="failure">What was thrown.</param>
    public static MeshException? Translate(NpgsqlException failure) => failure switch
    {
        PostgresException { SqlState: PostgresErrorCodes.DataCorrupted or PostgresErrorCodes.IndexCorrupted } e =>
            new(ErrorKind.DataLoss, ErrorReasons.DataCorrupt, $"the database is corrupt: {e.MessageText}", e),
        PostgresException { SqlState: PostgresErrorCodes.DiskFull or PostgresErrorCodes.ReadOnlySqlTransaction or PostgresErrorCodes.InsufficientPrivilege } e =>
            new(ErrorKind.Unavailable, ErrorReasons.StorageUnavailable, $"the database cannot be written: {e.MessageText}", e),
        PostgresException e when IsRefusal(e) =>
            new(ErrorKind.InvalidArgument, ErrorReasons.RequestInvalid, $"the database refuses the request: {e.MessageText}", e),
        PostgresException { IsTransient: false } => null,
        _ => new(ErrorKind.Unavailable, ErrorReasons.StorageUnavailable, $"the database does not answer: {failure.Message}", failure),
    };
}
