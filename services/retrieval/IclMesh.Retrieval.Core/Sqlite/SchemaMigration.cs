using Microsoft.Data.Sqlite;

namespace IclMesh.Retrieval.Core.Sqlite;

/// <summary>One step of a database's schema.</summary>
/// <param name="Sql">Statements.</param>
/// <param name="Convert">What statements alone cannot do, afterwards and in the same transaction; null for nothing.</param>
internal sealed record SchemaMigration(string Sql, Action<SqliteConnection>? Convert = null);
