using IclMesh.Retrieval.Core.Demonstrations;
using IclMesh.Retrieval.Core.Postgres;
using IclMesh.Testing;
using Npgsql;

namespace IclMesh.Retrieval.Tests.Postgres;

public sealed class PostgresLimitsTests : IAsyncLifetime
{
    private readonly string schema = PostgresServer.NewSchema();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync() => await PostgresServer.DropAsync(await PostgresServer.RequireAsync(), schema);

    [Theory]
    [InlineData(false, 16_000)]
    [InlineData(true, 2_000)]
    public async Task CreateCollection_DimensionBeyondPgvector_IsRefusedByField(bool approximate, int limit)
    {
        await using var store = PostgresDemonstrationStore.Open(
            new(await PostgresServer.RequireAsync()) { Schema = schema, Approximate = approximate }, TimeProvider.System);

        var created = await store.CreateCollectionAsync(Given.Name("most"), Given.Schema(limit), Given.NoAttributes, Token);
        var error = await Assert.ThrowsAsync<MeshException>(() => store.CreateCollectionAsync(Given.Name(), Given.Schema(limit + 1), Given.NoAttributes, Token));

        Assert.Equal(limit, created.Schema.Dimension);
        var violation = Assert.Single(error.Violations);
        Assert.Equal(("dimension", $"must be between 1 and {limit}, is {limit + 1}"), (violation.Field, violation.Description));
    }

    [Theory]
    [InlineData("22023")]
    [InlineData("54000")]
    public async Task Upsert_DatabaseRefusesOneItem_WritesTheOthers(string state)
    {
        await using var store = PostgresDemonstrationStore.Open(new(await PostgresServer.RequireAsync()) { Schema = schema }, TimeProvider.System);
        await store.With(Given.Schema(), Given.Demonstration("old"));
        await RunAsync($"""
            CREATE FUNCTION {schema}.refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
              IF NEW.id = 'bad' THEN RAISE EXCEPTION 'not this one' USING ERRCODE = '{state}'; END IF; RETURN NEW; END $$;
            CREATE TRIGGER refuse BEFORE INSERT ON {schema}.demonstrations_1 FOR EACH ROW EXECUTE FUNCTION {schema}.refuse()
            """);

        var outcomes = await store.UpsertAsync(
            Given.Name(),
            [Given.Demonstration("a").Write(), Given.Demonstration("bad").Write(), Given.Demonstration("old", 0, 1).Write(), Given.Demonstration("a").Write()],
            Token);

        Assert.Equal([WriteKind.Inserted, WriteKind.Refused, WriteKind.Updated, WriteKind.Unchanged], outcomes.Select(outcome => outcome.Kind));
        Assert.Equal((ErrorKind.InvalidArgument, "the database refuses the request: not this one"), (outcomes[1].Error!.Kind, outcomes[1].Error!.Message));
        var collection = await store.GetCollectionAsync(Given.Name(), Token);
        Assert.Equal((2L, 3L), (collection.Count, collection.Revision));
        Assert.Equal([2L, 3L], (await store.ListChangesAsync(Given.Name(), 1, 9, Token)).Select(change => change.Revision));
    }

    [Fact]
    public async Task Open_SecondVersion_KeepsTheRowsAndIndexesThemAnew()
    {
        Demonstration[] rows =
        [
            Given.Demonstration("a", 1, 0) with { Text = "un caf\u00e9" },
            Given.Demonstration("b", 0, 1) with { Text = "東京タワー", Metadata = new Dictionary<string, MetadataValue> { ["n"] = MetadataValue.Of(7) } },
        ];
        await using (var store = PostgresDemonstrationStore.Open(new(await PostgresServer.RequireAsync()) { Schema = schema }, TimeProvider.System))
        {
            await store.With(Given.Schema(), rows);
            await store.CreateSnapshotAsync(Given.Name(), "kept", Token);
        }

        foreach (var table in (string[])["demonstrations_1", "snapshot_1"])
        {
            await RunAsync($"""
                ALTER TABLE {schema}.{table} RENAME COLUMN checksum TO content;
                ALTER TABLE {schema}.{table} DROP COLUMN brief, DROP COLUMN text_bytes, DROP COLUMN text_key, DROP COLUMN digest, DROP COLUMN words
                """);
        }

        await RunAsync($"CREATE INDEX ON {schema}.demonstrations_1 USING gin (to_tsvector('simple', text)); DELETE FROM {schema}.schema_version WHERE version > 2");
        await using var opened = PostgresDemonstrationStore.Open(new(await PostgresServer.RequireAsync()) { Schema = schema }, TimeProvider.System);
        await opened.RestoreSnapshotAsync(Given.Name(), "kept", Given.Name("again"), Token);
        foreach (var name in (string[])["demos", "again"])
        {
            var stored = await opened.GetAsync(Given.Name(name), ["a", "b"], Token);
            var cafe = await opened.SearchTextAsync(Given.Name(name), new("cafe\u0301", 9), Token);
            var tower = await opened.SearchTextAsync(Given.Name(name), new("タワー", 9), Token);
            var again = await opened.UpsertAsync(Given.Name(name), [rows[0].Write()], Token);

            Assert.Equal(rows.Select(row => row.Text), stored.Select(row => row.Text));
            Assert.Equal(("a", "b"), (Assert.Single(cafe.Matches).Demonstration.Id, Assert.Single(tower.Matches).Demonstration.Id));
            Assert.Equal(WriteKind.Unchanged, again[0].Kind);
        }
    }

    private static async Task RunAsync(string sql)
    {
        await using var database = new NpgsqlConnection(await PostgresServer.RequireAsync());
        await database.OpenAsync(Token);
#pragma warning disable CA2100 // Names come from NewSchema.
        await using var command = new NpgsqlCommand(sql, database);
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync(Token);
    }
}
