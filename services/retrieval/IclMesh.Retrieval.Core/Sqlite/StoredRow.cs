using IclMesh.Retrieval.Core.Demonstrations;
using Microsoft.Data.Sqlite;

namespace IclMesh.Retrieval.Core.Sqlite;

/// <summary>A row of the table <c>demonstrations</c>, without its vector.</summary>
/// <param name="Slot">Row of the vector files.</param>
/// <param name="Checksum">Checksum of the whole content, vector included.</param>
/// <param name="IsIntact">What was read besides the text matches the checksum that covers it.</param>
/// <param name="Demonstration">The rest.</param>
internal readonly record struct StoredRow(int Slot, long Checksum, bool IsIntact, Demonstration Demonstration)
{
    /// <summary>All columns but the text, in the order that <see cref="Read"/> expects. The text is stored behind them, so that reading them passes no page of it.</summary>
    public const string BriefColumns = "slot, id, label, distribution, metadata, split, version, checksum, brief, text_bytes, text_key, deleted";

    /// <summary>All columns that <see cref="Read"/> expects, in order.</summary>
    public const string Columns = $"{BriefColumns}, text";

    private const int Text = 12;

    /// <summary>Reads the current row.</summary>
    /// <param name="reader">A reader over <see cref="Columns"/> or <see cref="BriefColumns"/>.</param>
    public static StoredRow Read(SqliteDataReader reader)
    {
        var distribution = reader.IsDBNull(3) ? null : reader.GetString(3);
        var metadata = reader.GetString(4);
        var demonstration = new Demonstration
        {
            Id = reader.GetString(1),
            Text = reader.FieldCount > Text ? reader.GetString(Text) : "",
            Label = reader.GetString(2),
            LabelDistribution = DemonstrationCodec.ReadDistribution(distribution),
            Metadata = DemonstrationCodec.ReadMetadata(metadata),
            Split = reader.GetString(5),
            Version = reader.GetInt64(6),
            TextBytes = reader.GetInt64(9),
            TextKey = reader.GetInt64(10),
            Deleted = reader.GetBoolean(11),
        };
        var isIntact = DemonstrationContent.BriefOf(demonstration, metadata, distribution, []) == reader.GetInt64(8);
        return new(reader.GetInt32(0), reader.GetInt64(7), isIntact, demonstration);
    }
}
