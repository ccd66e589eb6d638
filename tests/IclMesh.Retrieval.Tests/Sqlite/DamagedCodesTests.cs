using IclMesh.Retrieval.Core.Demonstrations;
using IclMesh.Retrieval.Core.Filters;
using IclMesh.Retrieval.Core.Searching;
using IclMesh.Retrieval.Core.Sqlite;

namespace IclMesh.Retrieval.Tests.Sqlite;

/// <summary>Codes are checked when they are first read, not when a collection is opened: no read may get past that.</summary>
public sealed class DamagedCodesTests : IDisposable
{
    private const int Rows = 200;
    private const int CodeBytes = 64;
    private const int FactBytes = 32;
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    public static TheoryData<string, int> Places => new()
    {
        { "i8", 3 },
        { "facts", 0 },
        { "facts", 9 },
    };

    [Theory]
    [MemberData(nameof(Places))]
    public async Task Search_ByteFlipped_SaysHowToRepair(string extension, int offset)
    {
        await FillAsync(Rows);
        Flip(extension, row: 130, offset);
        await using var store = Open();

        // Again and again: what has failed once does not count as checked.
        for (var attempt = 0; attempt < 2; attempt++)
        {
            var error = await Assert.ThrowsAsync<MeshException>(() => SearchAsync(store));

            Assert.Equal((ErrorKind.DataLoss, ErrorReasons.DataCorrupt), (error.Kind, error.Reason));
            Assert.Contains("codes of row 130 do not match their checksum; without the .i8 and .facts files they are made again", error.Message);
        }
    }

    [Theory]
    [MemberData(nameof(Places))]
    public async Task Sample_ByteFlipped_SaysSo(string extension, int offset)
    {
        await FillAsync(Rows);
        Flip(extension, row: 130, offset);
        await using var store = Open();

        var error = await Assert.ThrowsAsync<MeshException>(() => store.SampleAsync(Given.Name(), new(Seed: 1, 4), TestContext.Current.CancellationToken));

        Assert.Equal(ErrorReasons.DataCorrupt, error.Reason);
    }

    [Fact]
    public async Task Search_FilterPassesSoundRowsBesideTheDamaged_SaysSo()
    {
        await FillAsync(Rows);
        Flip("i8", row: 130, offset: 0);
        await using var store = Open();

        var sound = await SearchAsync(store, Filter.Parse("metadata.n < 100"));
        var error = await Assert.ThrowsAsync<MeshException>(() => SearchAsync(store, Filter.Parse("metadata.n == 129")));

        Assert.Equal("d100", sound[0].Matches[0].Demonstration.Id);
        Assert.Equal(ErrorReasons.DataCorrupt, error.Reason);
    }

    [Fact]
    public async Task Search_DamageInTheSecondPartOfAParallelScan_IsTheSameError()
    {
        const int Many = 40_000;
        await FillAsync(Many);
        Flip("i8", row: Many - 1, offset: 0);
        await using var store = SqliteDemonstrationStore.Open(new(folder.Path) { ScanThreads = 2 }, TimeProvider.System);

        var error = await Assert.ThrowsAsync<MeshException>(() => SearchAsync(store));

        Assert.Contains($"codes of row {Many - 1}", error.Message);
    }

    [Fact]
    public async Task Search_RepairedByDeletingTheCodes_AnswersAgain()
    {
        await FillAsync(Rows);
        Flip("i8", row: 7, offset: 0);
        File.Delete(PathOf("i8"));

        await using var store = Open();

        Assert.Equal("d100", (await SearchAsync(store))[0].Matches[0].Demonstration.Id);
    }

    [Fact]
    public async Task Search_RowsWrittenIntoACheckedGroup_AreFound()
    {
        // 200 rows end in the middle of a group of 64: the rows behind them are of this process.
        await FillAsync(Rows);
        await using var store = Open();
        await SearchAsync(store);

        await store.UpsertAsync(Given.Name(), [.. Enumerable.Range(Rows, 100).Select(Row)], TestContext.Current.CancellationToken);

        var query = Given.Query(1, Vector(250));
        var answer = await store.SearchAsync(Given.Name(), [query], TestContext.Current.CancellationToken);
        Assert.Equal("d350", answer[0].Matches[0].Demonstration.Id);
    }

    private static float[] Vector(int n) => [MathF.Cos(n), MathF.Sin(n), n % 7];

    private static DemonstrationWrite Row(int n) =>
        (Given.Demonstration($"d{n + 100}", Vector(n)) with { Metadata = new Dictionary<string, MetadataValue> { ["n"] = MetadataValue.Of((double)n) } }).Write();

    private static Task<IReadOnlyList<VectorMatches>> SearchAsync(SqliteDemonstrationStore store, Filter? filter = null) =>
        store.SearchAsync(Given.Name(), [Given.Query(1, Vector(0)) with { Filter = filter }], TestContext.Current.CancellationToken);

    private SqliteDemonstrationStore Open() => SqliteDemonstrationStore.Open(new(folder.Path), TimeProvider.System);

    private string PathOf(string extension) => Path.Combine(folder.Path, $"collections/1/vectors.1.{extension}");

    private async Task FillAsync(int rows)
    {
        await using var store = Open();
        await store.With(Given.Schema(3));
        foreach (var batch in Enumerable.Range(0, rows).Select(Row).Chunk(10_000))
        {
            await store.UpsertAsync(Given.Name(), batch, TestContext.Current.CancellationToken);
        }
    }

    private void Flip(string extension, int row, int offset)
    {
        using var file = File.Open(PathOf(extension), FileMode.Open);
        file.Position = 4096 + (row * (extension == "i8" ? CodeBytes : FactBytes)) + offset;
        var value = file.ReadByte();
        file.Position--;
        file.WriteByte((byte)(value ^ 4));
    }
}
