using IclMesh.Retrieval.Core.Demonstrations;
using IclMesh.Retrieval.Core.Sqlite;
using Microsoft.Data.Sqlite;

namespace IclMesh.Retrieval.Tests.Sqlite;

public sealed class RowConversionTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Open_FirstLayout_KeepsTheRowsAndIndexesThemAnew()
    {
        Demonstration[] rows =
        [
            Given.Demonstration("a", 1, 0) with { Text = "un caf\u00e9" },
            Given.Demonstration("b", 0, 1) with { Text = "東京タワー", Metadata = new Dictionary<string, MetadataValue> { ["n"] = MetadataValue.Of(7) } },
        ];
        await using (var store = Open())
        {
            await store.With(Given.Schema(), rows);
        }

        WriteFirstLayout(rows);

        await using var opened = Open();
        var stored = await opened.GetAsync(Given.Name(), ["a", "b"], Token);
        var cafe = await opened.SearchTextAsync(Given.Name(), new("cafe\u0301", 9), Token);
        var tower = await opened.SearchTextAsync(Given.Name(), new("タワー", 9), Token);
        var first = await opened.UpsertAsync(Given.Name(), [rows[0].Write()], Token);
        var second = await opened.UpsertAsync(Given.Name(), [rows[0].Write()], Token);

        Assert.Equal(rows.Select(row => row.Text), stored.Select(row => row.Text));
        Assert.Equal(MetadataValue.Of(7), stored[1].Metadata["n"]);
        Assert.Equal(("a", "b"), (Assert.Single(cafe.Matches).Demonstration.Id, Assert.Single(tower.Matches).Demonstration.Id));
        Assert.Equal((WriteKind.Updated, WriteKind.Unchanged), (first[0].Kind, second[0].Kind));
    }

    /// <summary>Replaces rows.db by one of the first schema version with the same rows.</summary>
    private void WriteFirstLayout(Demonstration[] rows)
    {
        var path = Path.Combine(folder.Path, "collections", "1", "rows.db");
        foreach (var file in (string[])[path, $"{path}-wal", $"{path}-shm"])
        {
            File.Delete(file);
        }

        using var connection = SqliteConnections.Open(path);
        connection.Run(SchemaMigrations.Rows(textIndex: true)[0].Sql);
        connection.Run($"PRAGMA user_version = 1; UPDATE state SET slots = {rows.Length}, revision = {rows.Length}");
        for (var slot = 0; slot < rows.Length; slot++)
        {
            using var insert = connection.Prepare(
                "INSERT INTO demonstrations VALUES($slot, $id, $text, $label, NULL, $metadata, $split, $version, $content, 0)",
                "$slot",
                "$id",
                "$text",
                "$label",
                "$metadata",
                "$split",
                "$version",
                "$content");
            var row = rows[slot];
            insert.With(
                slot,
                row.Id,
                row.Text,
                row.Label,
                DemonstrationCodec.WriteMetadata(row.Metadata),
                row.Split,
                slot + 1,
                DemonstrationContent.ChecksumOf(row)).ExecuteNonQuery();
        }

        SqliteConnection.ClearAllPools();
    }

    private SqliteDemonstrationStore Open() => SqliteDemonstrationStore.Open(new(folder.Path), TimeProvider.System);
}
