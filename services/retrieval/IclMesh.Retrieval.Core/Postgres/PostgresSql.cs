using IclMesh.Retrieval.Core.Searching;

namespace IclMesh.Retrieval.Core.Postgres;

/// <summary>The tables, by schema version; entry n takes a database from version n to n + 1. Released entries never change.</summary>
internal static class PostgresSql
{
    /// <summary>All versions; SCHEMA stands for the schema's name.</summary>
    public static IReadOnlyList<string> Migrations { get; } =
    [
        """
        CREATE TABLE SCHEMA.collections(
          uid bigserial PRIMARY KEY,
          namespace text COLLATE "C" NOT NULL,
          name text COLLATE "C" NOT NULL,
          dimension integer NOT NULL,
          metric text NOT NULL,
          text_index boolean NOT NULL,
          model_id text NOT NULL,
          model_version text NOT NULL,
          attributes jsonb NOT NULL,
          created_at timestamptz NOT NULL,
          revision bigint NOT NULL DEFAULT 0,
          UNIQUE(namespace, name));
        """,
        """
        CREATE TABLE SCHEMA.snapshots(
          uid bigserial PRIMARY KEY,
          namespace text COLLATE "C" NOT NULL,
          collection text COLLATE "C" NOT NULL,
          name text COLLATE "C" NOT NULL,
          dimension integer NOT NULL,
          metric text NOT NULL,
          text_index boolean NOT NULL,
          model_id text NOT NULL,
          model_version text NOT NULL,
          attributes jsonb NOT NULL,
          created_at timestamptz NOT NULL,
          revision bigint NOT NULL,
          count bigint NOT NULL,
          UNIQUE(namespace, collection, name));
        """,

        // The tables of collections and snapshots follow in PostgresConversion.
        "SELECT 1",
    ];

    /// <summary>The columns that <see cref="PostgresRows"/> reads, in order.</summary>
    /// <param name="content">What is wanted; the rest is empty.</param>
    public static string Columns(MatchContent content) =>
        "id, label, distribution, metadata::text, split, version, checksum, brief, text_bytes, text_key, deleted, "
        + (content == MatchContent.Whole ? "text, vector" : "'', vector");

    /// <summary>The columns of a row as they are written, in order.</summary>
    public const string Written =
        "id, text, label, distribution, metadata, split, version, checksum, brief, text_bytes, text_key, digest, words, id_hash, deleted, vector";

    /// <summary>Makes the table of one collection and that of its change feed.</summary>
    /// <param name="table">Its qualified name.</param>
    /// <param name="dimension">Components of a vector.</param>
    public static string CreateTable(string table, int dimension) =>
        $"""
        CREATE TABLE {table}(
          id text COLLATE "C" PRIMARY KEY,
          text text NOT NULL,
          label text COLLATE "C" NOT NULL,
          distribution text,
          metadata jsonb NOT NULL,
          split text COLLATE "C" NOT NULL,
          version bigint NOT NULL,
          checksum bigint NOT NULL,
          brief bigint NOT NULL,
          text_bytes bigint NOT NULL,
          text_key bigint NOT NULL,
          digest bytea NOT NULL,
          words tsvector,
          id_hash bigint NOT NULL,
          deleted boolean NOT NULL,
          vector vector({dimension}) NOT NULL);
        CREATE TABLE {table}_changes(revision bigint PRIMARY KEY, id text COLLATE "C" NOT NULL, kind text NOT NULL);
        """;

    /// <summary>Makes the full-text index of a collection.</summary>
    /// <param name="table">Its table.</param>
    public static string CreateTextIndex(string table) => $"CREATE INDEX ON {table} USING gin (words)";
}
