using System.Data.Common;

namespace IclMesh.Gateway.Storage;

/// <summary>The versions of the gateway's schema; entry n takes a database from version n to n + 1.</summary>
/// <remarks>
/// Released entries never change: a new version is a new entry. Written for both databases: <c>{text}</c> is a text that is sorted byte
/// by byte, <c>{bytes}</c> a byte string, times are milliseconds since 1970 (UTC) in a BIGINT, bodies are the protobuf messages of the API.
/// </remarks>
internal static class GatewayMigrations
{
    /// <summary>All versions, oldest first.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        """
        CREATE TABLE tasks(
          name {text} PRIMARY KEY,
          version BIGINT NOT NULL,
          body {bytes} NOT NULL);
        CREATE TABLE predictions(
          id {text} PRIMARY KEY,
          created_at BIGINT NOT NULL,
          task {text} NOT NULL,
          body {bytes} NOT NULL);
        CREATE INDEX predictions_by_time ON predictions(created_at);
        """,
        """
        CREATE TABLE jobs(
          id {text} PRIMARY KEY,
          spec {bytes} NOT NULL,
          state INTEGER NOT NULL,
          phase {text} NOT NULL,
          done BIGINT NOT NULL,
          total BIGINT NOT NULL,
          rate DOUBLE PRECISION NOT NULL,
          error {bytes},
          result {text},
          created_at BIGINT NOT NULL,
          updated_at BIGINT NOT NULL,
          attempts INTEGER NOT NULL,
          owner {text} NOT NULL,
          lease_until BIGINT NOT NULL,
          cancel INTEGER NOT NULL);
        CREATE INDEX jobs_by_time ON jobs(created_at, id);
        CREATE TABLE job_shards(
          job {text} NOT NULL,
          condition {text} NOT NULL,
          shard INTEGER NOT NULL,
          records {bytes} NOT NULL,
          tensors {bytes} NOT NULL,
          PRIMARY KEY(job, condition, shard));
        """,

        // Jobs of the versions before, none of which was released, go: what they recorded cannot be told from what later jobs of the same id did.
        // Columns of `jobs` are what lists show; large ones stand in a table of their own, since SQLite reads over them to reach those behind.
        """
        DROP TABLE job_shards;
        DROP TABLE jobs;
        CREATE TABLE jobs(
          id {text} PRIMARY KEY,
          incarnation {text} NOT NULL UNIQUE,
          header {bytes} NOT NULL,
          row_count INTEGER NOT NULL,
          rows_hash {bytes} NOT NULL,
          redacted INTEGER NOT NULL,
          state INTEGER NOT NULL,
          phase {text} NOT NULL,
          done BIGINT NOT NULL,
          total BIGINT NOT NULL,
          rate DOUBLE PRECISION NOT NULL,
          error {bytes},
          created_at BIGINT NOT NULL,
          updated_at BIGINT NOT NULL,
          attempts INTEGER NOT NULL,
          lease_until BIGINT NOT NULL);
        CREATE INDEX jobs_by_time ON jobs(created_at, id);
        CREATE TABLE job_documents(
          incarnation {text} PRIMARY KEY,
          spec {bytes} NOT NULL,
          result {text});
        CREATE TABLE job_shards(
          incarnation {text} NOT NULL,
          condition {text} NOT NULL,
          shard INTEGER NOT NULL,
          records {bytes} NOT NULL,
          tensors {bytes} NOT NULL,
          PRIMARY KEY(incarnation, condition, shard));
        """,
    ];

    /// <summary>Brings a database to the newest version, in one transaction.</summary>
    /// <param name="connection">An open connection.</param>
    /// <param name="dialect">The database's.</param>
    /// <exception cref="MeshException">The database is newer than this build.</exception>
    public static void Apply(DbConnection connection, SqlDialect dialect)
    {
        using var transaction = connection.BeginTransaction();
        if (dialect.SchemaLock.Length > 0)
        {
            connection.Run(dialect.SchemaLock);
        }

        connection.Run("CREATE TABLE IF NOT EXISTS schema_version(version BIGINT NOT NULL)");
        using var read = connection.Command("SELECT coalesce(max(version), 0) FROM schema_version");
        var version = (int)(long)read.ExecuteScalar()!;
        if (version > All.Count)
        {
            throw new MeshException(
                ErrorKind.FailedPrecondition,
                ErrorReasons.FormatUnsupported,
                $"the gateway's store has schema version {version}, this build reads up to {All.Count}");
        }

        for (var next = version; next < All.Count; next++)
        {
            connection.Run(dialect.Write(All[next]));
            connection.Run($"INSERT INTO schema_version VALUES({next + 1})");
        }

        transaction.Commit();
    }

    private static void Run(this DbConnection connection, string sql)
    {
        using var command = connection.Command(sql);
        command.ExecuteNonQuery();
    }
}
