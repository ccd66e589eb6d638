using Microsoft.Data.Sqlite;

namespace IclMesh.Retrieval.Core.Sqlite;

/// <summary>Turns what storage can do wrong into errors that a caller can act on.</summary>
internal static class SqliteFailures
{
    /// <summary>The error of a statement that was interrupted, which only happens where its caller has left.</summary>
    public const int Interrupted = 9;

    private const int Permission = 3;
    private const int Busy = 5;
    private const int ReadOnly = 8;
    private const int InputOutput = 10;
    private const int Corrupt = 11;
    private const int Full = 13;
    private const int CannotOpen = 14;
    private const int TooBig = 18;
    private const int NotADatabase = 26;

    /// <summary>The error to throw instead of <paramref name="failure"/>; null where it is a bug and must stay what it is.</summary>
    /// <param name="failure">What was thrown.</param>
    /// <param name="file">The database or folder concerned, for the message.</param>
    public static MeshException? Translate(Exception failure, string file) => failure switch
    {
        SqliteException { SqliteErrorCode: Corrupt or NotADatabase } e => DataCorrupt(file, e.Message, e),
        SqliteException { SqliteErrorCode: TooBig } e =>
            new(ErrorKind.InvalidArgument, ErrorReasons.RequestInvalid, $"'{file}': a value is longer than the database takes", e),
        SqliteException { SqliteErrorCode: Full } e => Unavailable($"the disk that holds '{file}' is full", e),
        SqliteException { SqliteErrorCode: ReadOnly or Permission or CannotOpen } e =>
            Unavailable($"'{file}' cannot be opened for writing: {e.Message}", e),
        SqliteException { SqliteErrorCode: InputOutput or Busy } e => Unavailable($"'{file}': {e.Message}", e),
        UnauthorizedAccessException e => Unavailable($"'{file}' cannot be opened for writing: {e.Message}", e),
        IOException e => Unavailable($"'{file}': {e.Message}", e),
        _ => null,
    };

    /// <summary>Stored data that cannot be what was written.</summary>
    /// <param name="file">Where.</param>
    /// <param name="what">What was found.</param>
    /// <param name="cause">The cause, for the log.</param>
    public static MeshException DataCorrupt(string file, string what, Exception? cause = null) =>
        new(ErrorKind.DataLoss, ErrorReasons.DataCorrupt, $"'{file}' is corrupt: {what}", cause);

    private static MeshException Unavailable(string what, Exception cause) =>
        new(ErrorKind.Unavailable, ErrorReasons.StorageUnavailable, what, cause);
}
