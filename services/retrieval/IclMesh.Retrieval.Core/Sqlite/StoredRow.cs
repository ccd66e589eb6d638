using IclMesh.Retrieval.Core.Demonstrations;
using Microsoft.Data.Sqlite;

namespace IclMesh.Retrieval.Core.Sqlite;

/// <summary>A row of the table <c>demonstrations</c>, without its vector.</summary>
/// <param name="Slot">Row of the vector files.</param>
/// <param name="Content">Hash of the content, vector included.</param>
/// <param name="Demonstration">The rest.</param>
internal readonly record struct StoredRow(int Slot, long Content, Demonstration Demonstration)
{
    /// <summary>The columns that <see cref="Read"/> expects, in order.</summary>
    public const string Columns = "slot, id, text, label, distribution, metadata, split, version, content, deleted";

    /// <summary>Reads the current row.</summary>
    /// <param name="reader">A reader over <see cref="Columns"/>.</param>
    public static StoredRow Read(SqliteDataReader reader) => new(
        reader.GetInt32(0),
        reader.GetInt64(8),
        new Demonstration
        {
            Id = reader.GetString(1),
            Text = reader.GetString(2),
            Label = reader.GetString(3),
            LabelDistribution = DemonstrationCodec.ReadDistribution(reader.IsDBNull(4) ? null : reader.GetString(4)),
            Metadata = DemonstrationCodec.ReadMetadata(reader.GetString(5)),
            Split = reader.GetString(6),
            Version = reader.GetInt64(7),
            Deleted = reader.GetBoolean(9),
        });
}
