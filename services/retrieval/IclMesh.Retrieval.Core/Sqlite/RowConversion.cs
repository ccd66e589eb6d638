using IclMesh.Retrieval.Core.Demonstrations;
using IclMesh.Retrieval.Core.Texts;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace IclMesh.Retrieval.Core.Sqlite;

/// <summary>Moves the rows of a collection from the first layout to the second, and indexes their texts by <see cref="TextWords"/>.</summary>
/// <remarks>The digest of a row needs its vector, which is not at hand here: it stays empty, so that the row's next upsert writes it once more.</remarks>
internal static class RowConversion
{
    /// <summary>Converts; runs in whatever transaction the connection is in.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="textIndex">True fills the full-text index.</param>
    public static void Run(SqliteConnection connection, bool textIndex)
    {
        using (var insert = new BulkStatement(connection, RowWriter.InsertRow))
        using (var index = new BulkStatement(connection, RowWriter.InsertWords))
        {
            raw.sqlite3_prepare_v2(
                connection.Handle!, "SELECT slot, id, text, label, distribution, metadata, split, version, content, deleted FROM old", out var rows);
            using (rows)
            {
                while (raw.sqlite3_step(rows) == raw.SQLITE_ROW)
                {
                    string Text(int column) => raw.sqlite3_column_text(rows, column).utf8_to_string();
                    var demonstration = new Demonstration { Id = Text(1), Text = Text(2), Label = Text(3), Split = Text(6) };
                    var distribution = raw.sqlite3_column_type(rows, 4) == raw.SQLITE_NULL ? null : Text(4);
                    var content = DemonstrationContent.Of(demonstration, Text(5), distribution, []);
                    var deleted = raw.sqlite3_column_int64(rows, 9);
                    var slot = raw.sqlite3_column_int64(rows, 0);
                    RowWriter.Bind(insert, slot, demonstration with { Version = raw.sqlite3_column_int64(rows, 7) }, Text(5), distribution, content with
                    {
                        Checksum = raw.sqlite3_column_int64(rows, 8),
                        Digest = [],
                    }).Set(13, deleted).Run();
                    if (textIndex && deleted == 0)
                    {
                        index.Set(1, slot).Set(2, TextIndexEntry.Spaced(demonstration.Text)).Run();
                    }
                }
            }
        }

        using var drop = new BulkStatement(connection, "DROP TABLE old");
        drop.Run();
    }
}
