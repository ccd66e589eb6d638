using Microsoft.Data.Sqlite;

namespace IclMesh.Retrieval.Core.Sqlite;

/// <summary>The versions of the two database schemas; entry n takes a database from version n to n + 1.</summary>
/// <remarks>Released entries never change: a new version is a new entry, tested against a database of every older one.</remarks>
internal static class SchemaMigrations
{
    /// <summary>catalog.db: which collections exist.</summary>
    public static IReadOnlyList<SchemaMigration> Catalog { get; } =
    [
        new("""
        CREATE TABLE collections(
          uid INTEGER PRIMARY KEY AUTOINCREMENT,
          namespace TEXT NOT NULL,
          name TEXT NOT NULL,
          dimension INTEGER NOT NULL,
          metric TEXT NOT NULL,
          text_index INTEGER NOT NULL,
          model_id TEXT NOT NULL,
          model_version TEXT NOT NULL,
          attributes TEXT NOT NULL,
          created_at TEXT NOT NULL,
          UNIQUE(namespace, name)) STRICT;
        """),
        new("""
        CREATE TABLE snapshots(
          uid INTEGER PRIMARY KEY AUTOINCREMENT,
          namespace TEXT NOT NULL,
          collection TEXT NOT NULL,
          name TEXT NOT NULL,
          dimension INTEGER,
          metric TEXT,
          text_index INTEGER,
          model_id TEXT,
          model_version TEXT,
          attributes TEXT,
          created_at TEXT,
          revision INTEGER,
          count INTEGER,
          complete INTEGER NOT NULL,
          UNIQUE(namespace, collection, name)) STRICT;
        """),
    ];

    /// <summary>rows.db: the demonstrations of one collection; slot is the row of the vector files.</summary>
    /// <param name="textIndex">True where the collection has a full-text index.</param>
    public static IReadOnlyList<SchemaMigration> Rows(bool textIndex) =>
    [
        new("""
        CREATE TABLE state(
          singleton INTEGER PRIMARY KEY CHECK(singleton = 1),
          generation INTEGER NOT NULL,
          slots INTEGER NOT NULL,
          revision INTEGER NOT NULL) STRICT;
        CREATE TABLE demonstrations(
          slot INTEGER PRIMARY KEY,
          id TEXT NOT NULL UNIQUE,
          text TEXT NOT NULL,
          label TEXT NOT NULL,
          distribution TEXT,
          metadata TEXT NOT NULL,
          split TEXT NOT NULL,
          version INTEGER NOT NULL,
          content INTEGER NOT NULL,
          deleted INTEGER NOT NULL) STRICT;
        CREATE TABLE dead_slots(slot INTEGER PRIMARY KEY) STRICT;
        CREATE TABLE changes(
          revision INTEGER PRIMARY KEY,
          id TEXT NOT NULL,
          kind TEXT NOT NULL) STRICT;
        CREATE VIRTUAL TABLE texts USING fts5(text, content='', contentless_delete=1, tokenize="unicode61 remove_diacritics 0");
        INSERT INTO state VALUES(1, 1, 0, 0);
        """),
        new(
            """
            ALTER TABLE demonstrations RENAME TO old;
            CREATE TABLE demonstrations(
              slot INTEGER PRIMARY KEY,
              id TEXT NOT NULL UNIQUE,
              label TEXT NOT NULL,
              distribution TEXT,
              metadata TEXT NOT NULL,
              split TEXT NOT NULL,
              version INTEGER NOT NULL,
              checksum INTEGER NOT NULL,
              brief INTEGER NOT NULL,
              text_bytes INTEGER NOT NULL,
              text_key INTEGER NOT NULL,
              digest BLOB NOT NULL,
              deleted INTEGER NOT NULL,
              text TEXT NOT NULL) STRICT;
            DROP TABLE texts;
            CREATE VIRTUAL TABLE texts USING fts5(words, content='', contentless_delete=1, tokenize="ascii");
            """,
            connection => RowConversion.Run(connection, textIndex)),
    ];

    /// <summary>Brings a database to the newest version, in one transaction.</summary>
    /// <param name="connection">An open connection.</param>
    /// <param name="migrations">All versions of this schema.</param>
    /// <exception cref="MeshException">The database is newer than this build.</exception>
    public static void Apply(SqliteConnection connection, IReadOnlyList<SchemaMigration> migrations)
    {
        var version = (int)(long)connection.Scalar("PRAGMA user_version")!;
        if (version > migrations.Count)
        {
            throw new MeshException(
                ErrorKind.FailedPrecondition,
                ErrorReasons.FormatUnsupported,
                $"'{Path.GetFileName(connection.DataSource)}' has schema version {version}, this build reads up to {migrations.Count}");
        }

        if (version < migrations.Count)
        {
            using var transaction = connection.BeginTransaction();
            foreach (var migration in migrations.Skip(version))
            {
                connection.Run(migration.Sql, transaction);
                migration.Convert?.Invoke(connection);
            }

            connection.Run($"PRAGMA user_version = {migrations.Count}", transaction);
            transaction.Commit();
        }
    }
}
