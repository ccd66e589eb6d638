using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;

namespace IclMesh.Bench.Retrieval;

/// <summary>sqlite-vec: exact search in a virtual table of the same SQLite, one thread, one query after the other.</summary>
internal static class SqliteVecPeer
{
    private const int Repetitions = 10;

    /// <summary>Loads the vectors and searches.</summary>
    /// <param name="values">Vectors, [rows, dimension].</param>
    /// <param name="queries">Queries, [n, dimension].</param>
    /// <param name="dimension">Components of a vector.</param>
    /// <param name="batch">Queries that are searched at once.</param>
    public static PeerResult Run(float[] values, float[] queries, int dimension, int batch)
    {
        using var connection = new SqliteConnection("Data Source=:memory:");
        connection.Open();
        connection.LoadExtension(Path.Combine(PeerProcess.Folder, "node_modules", "sqlite-vec-linux-x64", "vec0"));
        Fill(connection, values, dimension);
        using var search = connection.CreateCommand();
        search.CommandText = "SELECT rowid FROM vectors WHERE embedding MATCH $query AND k = 10 ORDER BY distance";
        var query = search.Parameters.Add("$query", SqliteType.Blob);
        var total = queries.Length / dimension;
        var first = new List<int[]>();
        var times = Measurement.Of(Repetitions, i =>
        {
            for (var j = 0; j < batch; j++)
            {
                query.Value = Bytes(queries.AsSpan(((i * batch) + j) % total * dimension, dimension));
                using var reader = search.ExecuteReader();
                var ids = new List<int>();
                while (reader.Read())
                {
                    ids.Add(reader.GetInt32(0));
                }

                if (first.Count < batch)
                {
                    first.Add([.. ids]);
                }
            }
        });
        return new("sqlite-vec 0.1.9, 1 thread", times, [.. first]);
    }

    private static void Fill(SqliteConnection connection, float[] values, int dimension)
    {
        using var transaction = connection.BeginTransaction();
        using var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = $"CREATE VIRTUAL TABLE vectors USING vec0(embedding float[{dimension}] distance_metric=cosine)";
        command.ExecuteNonQuery();
        command.CommandText = "INSERT INTO vectors(rowid, embedding) VALUES($id, $vector)";
        var id = command.Parameters.Add("$id", SqliteType.Integer);
        var vector = command.Parameters.Add("$vector", SqliteType.Blob);
        for (var row = 0; row < values.Length / dimension; row++)
        {
            id.Value = row;
            vector.Value = Bytes(values.AsSpan(row * dimension, dimension));
            command.ExecuteNonQuery();
        }

        transaction.Commit();
    }

    private static byte[] Bytes(ReadOnlySpan<float> vector) => MemoryMarshal.AsBytes(vector).ToArray();
}
