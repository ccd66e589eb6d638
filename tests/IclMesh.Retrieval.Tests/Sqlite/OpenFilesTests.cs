using System.Diagnostics;
using IclMesh.Retrieval.Core.Sqlite;

namespace IclMesh.Retrieval.Tests.Sqlite;

public sealed class OpenFilesTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task ManyCollections_StayWithinTheLimitAndAnswer()
    {
        const int Collections = 30, Limit = 3, MostFiles = 14;
        await using var store = SqliteDemonstrationStore.Open(new(folder.Path) { OpenCollections = Limit }, TimeProvider.System);
        for (var i = 0; i < Collections; i++)
        {
            await store.CreateCollectionAsync(Given.Name($"c{i:D2}"), Given.Schema(), Given.NoAttributes, Token);
            await store.UpsertAsync(Given.Name($"c{i:D2}"), [Given.Demonstration($"d{i}").Write()], Token);
            Assert.InRange(OpenFiles(), 1, (Limit * MostFiles) + 8);
        }

        var listed = await store.ListCollectionsAsync("", 100, "", Token);
        await Parallel.ForAsync(0, 300, Token, async (i, token) =>
        {
            var found = await store.SearchAsync(Given.Name($"c{i % Collections:D2}"), [Given.Query(1, 1, 0)], token);
            Assert.Equal($"d{i % Collections}", found[0].Matches[0].Demonstration.Id);
        });

        Assert.All(listed.Items, collection => Assert.Equal(1, collection.Count));
        Assert.InRange(OpenFiles(), 1, (Limit * MostFiles) + 8);
    }

    [Fact]
    public async Task CreatedFiles_BelongToTheirOwnerAlone()
    {
        await using var store = SqliteDemonstrationStore.Open(new(Path.Combine(folder.Path, "store")), TimeProvider.System);
        await store.With(Given.Schema(), Given.Demonstration("a"));
        await store.CreateSnapshotAsync(Given.Name(), "kept", Token);
        await store.RestoreSnapshotAsync(Given.Name(), "kept", Given.Name("again"), Token);
        await store.CompactAsync(Given.Name(), Token);
        await store.GetAsync(Given.Name("again"), ["a"], Token);

        var root = Path.Combine(folder.Path, "store");
        var files = Directory.GetFiles(root, "*", SearchOption.AllDirectories);
        string[] folders = [root, .. Directory.GetDirectories(root, "*", SearchOption.AllDirectories)];

        Assert.Contains(files, file => file.EndsWith("-wal", StringComparison.Ordinal));
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        foreach (var file in files)
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        }

        foreach (var path in folders)
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(path));
        }
    }

    [Theory]
    [InlineData("vectors.1.f32")]
    [InlineData("vectors.1.i8")]
    [InlineData("vectors.1.facts")]
    public async Task Search_FileCutShortWhileItIsOpen_SaysSoAndTheProcessLives(string file)
    {
        await using var store = SqliteDemonstrationStore.Open(new(folder.Path), TimeProvider.System);
        await store.With(Given.Schema(64), Given.Vectors(500, 64).Select((vector, i) => Given.Demonstration($"d{i}", vector)));
        using (var open = new FileStream(Path.Combine(folder.Path, "collections", "1", file), FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            open.SetLength(4096);
        }

        var error = await Assert.ThrowsAsync<MeshException>(() => store.SearchAsync(Given.Name(), [Given.Query(1, Given.Vectors(1, 64)[0])], Token));

        Assert.Equal((ErrorKind.DataLoss, ErrorReasons.DataCorrupt), (error.Kind, error.Reason));
        Assert.Contains("a file of its 500 rows was cut short", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Restore_SlowCopy_HoldsUpNobodyElse()
    {
        await using var store = SqliteDemonstrationStore.Open(new(folder.Path), TimeProvider.System);
        await store.With(Given.Schema(), Given.Demonstration("a"));
        await store.CreateSnapshotAsync(Given.Name(), "kept", Token);

        // A pipe in the place of a file: the copy waits for whoever writes to it.
        var pipe = Path.Combine(folder.Path, "snapshots", "1", "vectors.1.facts");
        File.Move(pipe, $"{pipe}.whole");
        Process.Start("mkfifo", pipe).WaitForExit();
        var restoring = Task.Run(() => store.RestoreSnapshotAsync(Given.Name(), "kept", Given.Name("again"), Token), Token);
        while (!Directory.Exists(Path.Combine(folder.Path, "temporary")))
        {
            await Task.Delay(5, Token);
        }

        await store.CreateCollectionAsync(Given.Name("other"), Given.Schema(), Given.NoAttributes, Token);
        await store.UpsertAsync(Given.Name("other"), [Given.Demonstration("b").Write()], Token);
        var deleted = await store.DeleteCollectionAsync(Given.Name("other"), Token);
        var stillCopying = !restoring.IsCompleted;
        await using (var writer = new FileStream(pipe, FileMode.Open, FileAccess.Write))
        {
            await writer.WriteAsync(await File.ReadAllBytesAsync($"{pipe}.whole", Token), Token);
        }

        var restored = await restoring;
        Assert.Equal((true, true, 1L), (deleted, stillCopying, restored.Count));
        Assert.Single(await store.GetAsync(Given.Name("again"), ["a"], Token));
        Assert.Empty(Directory.GetDirectories(Path.Combine(folder.Path, "temporary")));
    }

    [Fact]
    public async Task Labels_TextDamagedBehindItsBack_AreReadWithoutIt()
    {
        await using var store = SqliteDemonstrationStore.Open(new(folder.Path), TimeProvider.System);
        await store.With(Given.Schema(), Given.Demonstration("a"));
        using (var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={Path.Combine(folder.Path, "collections/1/rows.db")};Pooling=false"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "UPDATE demonstrations SET text = 'something else'";
            command.ExecuteNonQuery();
        }

        var labels = await store.SearchAsync(
            Given.Name(), [Given.Query(1, 1, 0) with { Content = Core.Searching.MatchContent.Labels }], Token);

        Assert.Equal("positive", labels[0].Matches[0].Demonstration.Label);
        await Assert.ThrowsAsync<MeshException>(() => store.SearchAsync(Given.Name(), [Given.Query(1, 1, 0)], Token));
    }

    private int OpenFiles() => Directory.GetFiles("/proc/self/fd").Count(file =>
    {
        try
        {
            return File.ResolveLinkTarget(file, returnFinalTarget: false)?.FullName.StartsWith(folder.Path, StringComparison.Ordinal) == true;
        }
        catch (IOException)
        {
            return false;
        }
    });
}
