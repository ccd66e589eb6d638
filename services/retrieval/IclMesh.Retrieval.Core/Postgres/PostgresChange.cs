using IclMesh.Retrieval.Core.Demonstrations;
using IclMesh.Retrieval.Core.Selection;
using IclMesh.Retrieval.Core.Texts;
using Npgsql;
using NpgsqlTypes;
using Pgvector;

namespace IclMesh.Retrieval.Core.Postgres;

/// <summary>A batch of writes that is being applied within one transaction: what is stored is read once, what changed is copied once.</summary>
/// <param name="connection">The connection, in a transaction that holds the collection's lock.</param>
/// <param name="collection">The collection.</param>
internal sealed class PostgresChange(NpgsqlConnection connection, PostgresCollection collection)
{
    private readonly List<WriteOutcome> outcomes = [];
    private readonly Dictionary<string, (long Version, byte[] Digest, bool Deleted)> stored = [];
    private readonly Dictionary<string, (Demonstration Row, string Metadata, string? Distribution, DemonstrationContent Content)> written = [];
    private readonly List<(long Revision, string Id, WriteKind Kind)> changes = [];
    private long revision = collection.Revision;

    /// <summary>What became of each item.</summary>
    public IReadOnlyList<WriteOutcome> Outcomes => outcomes;

    /// <summary>Inserts, replaces or leaves alone.</summary>
    public async Task UpsertAsync(IReadOnlyList<DemonstrationWrite> batch, CancellationToken cancellationToken)
    {
        // Refused before anything is asked of the database: one id that it cannot even look for must not cost the batch.
        MeshException?[] refusals = [.. batch.Select(write => WriteRules.Refusal(write, collection.Schema))];
        await ReadStoredAsync([.. batch.Where((_, i) => refusals[i] is null).Select(write => write.Demonstration.Id)], cancellationToken);
        foreach (var (write, refusal) in batch.Zip(refusals))
        {
            Upsert(write, refusal);
        }
    }

    /// <summary>Marks deleted.</summary>
    public async Task DeleteAsync(IReadOnlyList<DemonstrationDeletion> deletions, CancellationToken cancellationToken)
    {
        await ReadStoredAsync([.. deletions.Select(deletion => deletion.Id)], cancellationToken);
        var deleted = new List<(string Id, long Version)>();
        foreach (var deletion in deletions)
        {
            var current = Live(deletion.Id)?.Version ?? 0;
            if (WriteRules.Conflict(deletion.Id, deletion.ExpectedVersion, current) is { } conflict)
            {
                outcomes.Add(new(deletion.Id, WriteKind.Refused, current, conflict));
            }
            else if (current == 0)
            {
                outcomes.Add(new(deletion.Id, WriteKind.Unchanged, 0));
            }
            else
            {
                Record(deletion.Id, WriteKind.Deleted, stored[deletion.Id].Digest, deleted: true);
                deleted.Add((deletion.Id, revision));
            }
        }

        await using var update = connection.Command(
            $"UPDATE {collection.Table} t SET deleted = true, version = d.version FROM unnest($1, $2) AS d(id, version) WHERE t.id = d.id",
            deleted.Select(row => row.Id).ToArray(),
            deleted.Select(row => row.Version).ToArray());
        await update.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Writes rows, change feed and revision.</summary>
    public async Task FinishAsync(CancellationToken cancellationToken)
    {
        if (changes.Count == 0)
        {
            return;
        }

        if (written.Count > 0)
        {
            await using var remove = connection.Command($"DELETE FROM {collection.Table} WHERE id = ANY($1)", (object)written.Keys.ToArray());
            await remove.ExecuteNonQueryAsync(cancellationToken);
            await CopyAsync(cancellationToken);
        }

        await using var feed = connection.Command(
            $"INSERT INTO {collection.Table}_changes SELECT * FROM unnest($1, $2, $3)",
            changes.Select(change => change.Revision).ToArray(),
            changes.Select(change => change.Id).ToArray(),
            changes.Select(change => change.Kind.ToString()).ToArray());
        await feed.ExecuteNonQueryAsync(cancellationToken);
        await using var state = connection.Command(
            $"UPDATE {collection.Table[..collection.Table.IndexOf('.', StringComparison.Ordinal)]}.collections SET revision = $1 WHERE uid = $2", revision, collection.Uid);
        await state.ExecuteNonQueryAsync(cancellationToken);
    }

    private void Upsert(DemonstrationWrite write, MeshException? refusal)
    {
        if (refusal is not null)
        {
            outcomes.Add(new(write.Demonstration.Id, WriteKind.Refused, 0, refusal));
            return;
        }

        var row = write.Demonstration.LabelDistribution is { } shares
            ? write.Demonstration with { Label = Labels.MostProbable(shares) }
            : write.Demonstration;
        var live = Live(row.Id);
        if (WriteRules.Conflict(row.Id, write.ExpectedVersion, live?.Version ?? 0) is { } conflict)
        {
            outcomes.Add(new(row.Id, WriteKind.Refused, live?.Version ?? 0, conflict));
            return;
        }

        var metadata = DemonstrationCodec.WriteMetadata(row.Metadata);
        var distribution = DemonstrationCodec.WriteDistribution(row.LabelDistribution);
        var content = DemonstrationContent.Of(row, metadata, distribution, row.Vector);
        if (live is { } same && same.Digest.AsSpan().SequenceEqual(content.Digest))
        {
            outcomes.Add(new(row.Id, WriteKind.Unchanged, same.Version));
            return;
        }

        Record(row.Id, live is null ? WriteKind.Inserted : WriteKind.Updated, content.Digest, deleted: false);
        written[row.Id] = (row with { Version = revision }, metadata, distribution, content);
    }

    private (long Version, byte[] Digest, bool Deleted)? Live(string id) =>
        stored.TryGetValue(id, out var row) && !row.Deleted ? row : null;

    private void Record(string id, WriteKind kind, byte[] digest, bool deleted)
    {
        revision++;
        stored[id] = (revision, digest, deleted);
        changes.Add((revision, id, kind));
        outcomes.Add(new(id, kind, revision));
    }

    private async Task ReadStoredAsync(string[] ids, CancellationToken cancellationToken)
    {
        await using var command = connection.Command($"SELECT id, version, digest, deleted FROM {collection.Table} WHERE id = ANY($1)", (object)ids);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            stored.Add(reader.GetString(0), (reader.GetInt64(1), reader.GetFieldValue<byte[]>(2), reader.GetBoolean(3)));
        }
    }

    private async Task CopyAsync(CancellationToken cancellationToken)
    {
        await using var copy = await connection.BeginBinaryImportAsync(
            $"COPY {collection.Table}({PostgresSql.Written}) FROM STDIN (FORMAT BINARY)",
            cancellationToken);
        foreach (var (row, metadata, distribution, content) in written.Values)
        {
            await copy.StartRowAsync(cancellationToken);
            await copy.WriteAsync(row.Id, cancellationToken);
            await copy.WriteAsync(row.Text, cancellationToken);
            await copy.WriteAsync(row.Label, cancellationToken);
            if (distribution is null)
            {
                await copy.WriteNullAsync(cancellationToken);
            }
            else
            {
                await copy.WriteAsync(distribution, cancellationToken);
            }

            await copy.WriteAsync(metadata, NpgsqlDbType.Jsonb, cancellationToken);
            await copy.WriteAsync(row.Split, cancellationToken);
            await copy.WriteAsync(row.Version, cancellationToken);
            await copy.WriteAsync(content.Checksum, cancellationToken);
            await copy.WriteAsync(content.Brief, cancellationToken);
            await copy.WriteAsync(content.TextBytes, cancellationToken);
            await copy.WriteAsync(content.TextKey, cancellationToken);
            await copy.WriteAsync(content.Digest, cancellationToken);
            if (collection.Schema.TextIndex)
            {
#pragma warning disable CS0618 // What its parser gets wrong is quotes and backslashes, and our words hold none.
                await copy.WriteAsync(NpgsqlTsVector.Parse(TextIndexEntry.Vector(row.Text)), cancellationToken);
#pragma warning restore CS0618
            }
            else
            {
                await copy.WriteNullAsync(cancellationToken);
            }

            await copy.WriteAsync((long)SeededDraw.Hash(row.Id), cancellationToken);
            await copy.WriteAsync(false, cancellationToken);
            await copy.WriteAsync(new Vector(row.Vector), cancellationToken);
        }

        await copy.CompleteAsync(cancellationToken);
    }
}
