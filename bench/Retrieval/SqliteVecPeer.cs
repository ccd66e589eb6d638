using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;

namespace IclMesh.Bench.Retrieval;

/// <summary>sqlite-vec's exact search, in this process.</summary>
internal static class SqliteVecPeer
{
    /// <summary>Measures.</summary>
    /// <param name="extension">The extension's file.</param>
    /// <param name="values">Vectors, [rows, dimension].</param>
    /// <param name="queries">Queries, [n, dimension].</param>
    /// <param name="dimension">Components of each.</param>
    /// <param name="repetitions">How often to measure.</param>
    public static PeerResult Run(string extension, float[] values, float[] queries, int dimension, int repetitions)
    {
        using var connection = new SqliteConnection("Data Source=:memory:");
        connection.Open();
        connection.LoadExtension(extension);
        using var create = connection.CreateCommand();
        create.CommandText = $"CREATE VIRTUAL TABLE rows USING vec0(embedding float[{dimension}] distance_metric=cosine)";
        create.ExecuteNonQuery();
        using var transaction = connection.BeginTransaction();
        using var insert = connection.CreateCommand();
        insert.CommandText = "INSERT INTO rows(rowid, embedding) VALUES ($id, $vector)";
        insert.Transaction = transaction;
        var (id, vector) = (insert.Parameters.Add("$id", SqliteType.Integer), insert.Parameters.Add("$vector", SqliteType.Blob));
        for (var row = 0; row < values.Length / dimension; row++)
        {
            (id.Value, vector.Value) = (row + 1, Bytes(values, row, dimension));
            insert.ExecuteNonQuery();
        }

        transaction.Commit();
        using var search = connection.CreateCommand();
        search.CommandText = "SELECT rowid FROM rows WHERE embedding MATCH $query AND k = 10 ORDER BY distance";
        var query = search.Parameters.Add("$query", SqliteType.Blob);
        List<int> first = [];
        var times = Measurement.Of(repetitions, i =>
        {
            query.Value = Bytes(queries, i % (queries.Length / dimension), dimension);
            using var reader = search.ExecuteReader();
            var found = new List<int>();
            while (reader.Read())
            {
                found.Add(reader.GetInt32(0) - 1);
            }

            first = i == 0 ? found : first;
        });
        return new("sqlite-vec", times, [[.. first]]);
    }

    private static byte[] Bytes(float[] values, int row, int dimension) => MemoryMarshal.AsBytes(values.AsSpan(row * dimension, dimension)).ToArray();
}
