using IclMesh.Retrieval.Core.Demonstrations;
using IclMesh.Retrieval.Core.Searching;
using Npgsql;

namespace IclMesh.Retrieval.Core.Postgres;

/// <summary>Rows of a collection's table.</summary>
internal static class PostgresRows
{
    private const int Vector = 12;

    /// <summary>Columns of <see cref="PostgresSql.Columns"/>; further ones follow.</summary>
    public const int Count = Vector + 1;

    /// <summary>Reads the current row over <see cref="PostgresSql.Columns"/>.</summary>
    /// <param name="reader">The reader.</param>
    /// <param name="content">What those columns were asked for; labels come with the vector here, which their score needs.</param>
    /// <param name="collection">The collection's name, for messages.</param>
    /// <exception cref="MeshException">The row is not what was written.</exception>
    public static Demonstration Read(NpgsqlDataReader reader, MatchContent content, string collection)
    {
        var distribution = reader.IsDBNull(2) ? null : reader.GetString(2);
        var demonstration = new Demonstration
        {
            Id = reader.GetString(0),
            Label = reader.GetString(1),
            LabelDistribution = DemonstrationCodec.ReadDistribution(distribution),
            Metadata = DemonstrationCodec.ReadMetadata(reader.GetString(3)),
            Split = reader.GetString(4),
            Version = reader.GetInt64(5),
            TextBytes = reader.GetInt64(8),
            TextKey = reader.GetInt64(9),
            Deleted = reader.GetBoolean(10),
            Text = reader.GetString(11),
            Vector = reader.GetFieldValue<Pgvector.Vector>(Vector).ToArray(),
        };

        // jsonb keeps its own order and spelling: the checksums are over ours.
        var metadata = DemonstrationCodec.WriteMetadata(demonstration.Metadata);
        var intact = DemonstrationContent.BriefOf(demonstration, metadata, distribution, demonstration.Vector) == reader.GetInt64(7)
            && (content != MatchContent.Whole || DemonstrationContent.ChecksumOf(demonstration) == reader.GetInt64(6));
        return intact
            ? content is MatchContent.Whole or MatchContent.Facts ? demonstration : demonstration with { Metadata = Demonstration.EmptyMetadata }
            : throw new MeshException(
                ErrorKind.DataLoss,
                ErrorReasons.DataCorrupt,
                $"'{collection}' is corrupt: demonstration '{demonstration.Id}' does not match its checksum");
    }

    /// <summary>Reads all rows.</summary>
    /// <param name="command">A query over <see cref="PostgresSql.Columns"/>.</param>
    /// <param name="content">What those columns were asked for.</param>
    /// <param name="collection">The collection's name, for messages.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    public static async Task<List<Demonstration>> ReadAllAsync(
        NpgsqlCommand command, MatchContent content, string collection, CancellationToken cancellationToken)
    {
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var rows = new List<Demonstration>();
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(Read(reader, content, collection));
        }

        return rows;
    }
}
