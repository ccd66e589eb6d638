using Google.Protobuf.WellKnownTypes;
using IclMesh.Gateway.Storage;
using IclMesh.Gateway.V1;

namespace IclMesh.Gateway.Tests.Storage;

/// <summary>What the gateway's stores promise, whichever database holds them.</summary>
public abstract class StoreConformance : IAsyncLifetime
{
    private GatewayDatabase? database;

    private GatewayDatabase Database => database!;

    private TaskStore Tasks => new(Database);

    private PredictionStore Predictions => new(Database);

    private static DateTimeOffset Start { get; } = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => database = GatewayDatabase.Open(await OptionsAsync());

    public async ValueTask DisposeAsync()
    {
        if (database is not null)
        {
            await database.DisposeAsync();
            await CleanUpAsync();
        }

        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Task_Created_IsThereAfterReopening()
    {
        await Tasks.CreateAsync(Given("sst2"), Token);

        await Database.DisposeAsync();
        database = GatewayDatabase.Open(await OptionsAsync());

        Assert.Equal(Given("sst2"), await Tasks.GetAsync("sst2", Token));
    }

    [Fact]
    public async Task Task_CreatedTwice_IsRefusedAndKept()
    {
        await Tasks.CreateAsync(Given("sst2"), Token);

        var error = await Assert.ThrowsAsync<MeshException>(() => Tasks.CreateAsync(Given("sst2", version: 9), Token));

        Assert.Equal(ErrorReasons.ResourceExists, error.Reason);
        Assert.Equal(1, (await Tasks.GetAsync("sst2", Token)).Version);
    }

    [Fact]
    public async Task Task_Missing_IsNotFound()
    {
        var error = await Assert.ThrowsAsync<MeshException>(() => Tasks.GetAsync("sst2", Token));

        Assert.Equal(ErrorKind.NotFound, error.Kind);
        Assert.False(await Tasks.DeleteAsync("sst2", Token));
    }

    [Fact]
    public async Task Task_ReplacedFromAnOldVersion_NamesTheCurrentOne()
    {
        await Tasks.CreateAsync(Given("sst2"), Token);
        await Tasks.ReplaceAsync(Given("sst2", version: 2), expectedVersion: 1, Token);

        var error = await Assert.ThrowsAsync<MeshException>(() => Tasks.ReplaceAsync(Given("sst2", version: 2), expectedVersion: 1, Token));

        Assert.Equal(ErrorKind.Aborted, error.Kind);
        Assert.Equal("2", error.Metadata["current_version"]);
    }

    [Fact]
    public async Task Task_ReplacedByManyAtOnce_OneWins()
    {
        await Tasks.CreateAsync(Given("sst2"), Token);

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            try
            {
                await Tasks.ReplaceAsync(Given("sst2", version: 2), expectedVersion: 1, Token);
                return true;
            }
            catch (MeshException exception) when (exception.Reason == ErrorReasons.VersionConflict)
            {
                return false;
            }
        })));

        Assert.Single(outcomes, won => won);
    }

    [Fact]
    public async Task Tasks_Listed_ComeByNameByteByByte()
    {
        foreach (var name in (string[])["b", "a", "B", "a-1", "a.1", "a_1"])
        {
            await Tasks.CreateAsync(Given(name), Token);
        }

        Assert.Equal(["B", "a", "a-1", "a.1"], (await Tasks.ListAsync("", 4, Token)).Select(task => task.Name));
        Assert.Equal(["a_1", "b"], (await Tasks.ListAsync("a.1", 4, Token)).Select(task => task.Name));
    }

    [Fact]
    public async Task Predictions_Listed_AreNewestFirstOfTheirTask()
    {
        foreach (var (id, task) in ((string, string)[])[("1", "a"), ("2", "b"), ("3", "a"), ("4", "a")])
        {
            await Predictions.AddAsync(Kept(id, task, minute: int.Parse(id)), Token);
        }

        Assert.Equal(["4", "3"], (await Predictions.ListAsync("a", "", Start, 2, Token)).Select(kept => kept.Id));
        Assert.Equal(["1"], (await Predictions.ListAsync("a", "3", Start, 2, Token)).Select(kept => kept.Id));
        Assert.Equal(["4", "3", "2"], (await Predictions.ListAsync("", "", Start.AddMinutes(2), 9, Token)).Select(kept => kept.Id));
    }

    [Fact]
    public async Task Predictions_Old_AreGoneAndDeleted()
    {
        await Predictions.AddAsync(Kept("1", "", minute: 1), Token);
        await Predictions.AddAsync(Kept("2", "", minute: 2), Token);

        await Assert.ThrowsAsync<MeshException>(() => Predictions.GetAsync("1", Start.AddMinutes(2), Token));
        Assert.Equal(Kept("1", "", minute: 1), await Predictions.GetAsync("1", Start, Token));
        Assert.Equal(1, await Predictions.DeleteBeforeAsync(Start.AddMinutes(2), Token));
        Assert.Equal("2", Assert.Single(await Predictions.ListAsync("", "", Start, 9, Token)).Id);
    }

    [Fact]
    public async Task Transaction_WorkThrows_LeavesNothing()
    {
        await Assert.ThrowsAsync<InvalidOperationException>(() => Database.TransactAsync<int>(
            async connection =>
            {
                await connection.Command("INSERT INTO tasks VALUES(@name, 1, @body)", ("@name", "lost"), ("@body", Array.Empty<byte>())).RunAsync(Token);
                throw new InvalidOperationException();
            },
            Token));

        Assert.Empty(await Tasks.ListAsync("", 10, Token));
    }

    [Fact]
    public async Task Open_NewerSchema_IsRefused()
    {
        await Database.RunAsync(connection => connection.Command("INSERT INTO schema_version VALUES(1000)").RunAsync(Token), Token);
        var options = await OptionsAsync();

        var error = Assert.Throws<MeshException>(() => GatewayDatabase.Open(options));

        Assert.Equal(ErrorReasons.FormatUnsupported, error.Reason);
    }

    [Fact]
    public async Task Open_ManyAtOnce_MigrateOnce()
    {
        var options = await OptionsAsync();

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(async () => await GatewayDatabase.Open(options).DisposeAsync(), Token)));

        var versions = await Database.RunAsync(
            connection => connection.Command("SELECT version FROM schema_version").ReadAsync(row => row.GetInt64(0), Token), Token);
        Assert.Equal(Enumerable.Range(1, GatewayMigrations.All.Count).Select(version => (long)version), versions.Order());
    }

    internal abstract Task<GatewayStoreOptions> OptionsAsync();

    internal abstract ValueTask CleanUpAsync();

    private static StoredPrediction Kept(string id, string task, int minute) =>
        new() { Id = id, CreateTime = Timestamp.FromDateTimeOffset(Start.AddMinutes(minute)), Request = new() { Task = task }, Response = new() { Label = "Positive" } };

    private static PredictionTask Given(string name, long version = 1) => new()
    {
        Name = name,
        Version = version,
        Collection = "reviews",
        Labels = { new Label { Name = "Negative" }, new Label { Name = "Positive", Word = "great" } },
    };
}
