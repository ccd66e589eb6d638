using IclMesh.Retrieval.Core.Demonstrations;
using Npgsql;
using Pgvector;

namespace IclMesh.Retrieval.Core.Postgres;

/// <summary>Rows of a collection's table.</summary>
internal static class PostgresRows
{
    /// <summary>Reads the current row over <see cref="PostgresSql.Columns"/>.</summary>
    /// <param name="reader">The reader.</param>
    /// <param name="collection">The collection's name, for messages.</param>
    /// <exception cref="MeshException">The row is not what was written.</exception>
    public static Demonstration Read(NpgsqlDataReader reader, string collection)
    {
        var demonstration = new Demonstration
        {
            Id = reader.GetString(0),
            Text = reader.GetString(1),
            Label = reader.GetString(2),
            LabelDistribution = DemonstrationCodec.ReadDistribution(reader.IsDBNull(3) ? null : reader.GetString(3)),
            Metadata = DemonstrationCodec.ReadMetadata(reader.GetString(4)),
            Split = reader.GetString(5),
            Version = reader.GetInt64(6),
            Deleted = reader.GetBoolean(8),
            Vector = reader.GetFieldValue<Vector>(9).ToArray(),
        };

        // jsonb keeps its own order and spelling: the hash is over ours.
        var hash = DemonstrationCodec.Hash(
            demonstration,
            DemonstrationCodec.WriteMetadata(demonstration.Metadata),
            DemonstrationCodec.WriteDistribution(demonstration.LabelDistribution));
        return hash == reader.GetInt64(7)
            ? demonstration
            : throw new MeshException(
                ErrorKind.DataLoss,
                ErrorReasons.DataCorrupt,
                $"'{collection}' is corrupt: demonstration '{demonstration.Id}' does not match its checksum");
    }

    /// <summary>Reads all rows.</summary>
    /// <param name="command">A query over <see cref="PostgresSql.Columns"/>.</param>
    /// <param name="collection">The collection's name, for messages.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    public static async Task<List<Demonstration>> ReadAllAsync(NpgsqlCommand command, string collection, CancellationToken cancellationToken)
    {
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var rows = new List<Demonstration>();
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(Read(reader, collection));
        }

        return rows;
    }
}
