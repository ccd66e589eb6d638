using System.Diagnostics;
using IclMesh.Retrieval.Core.Sqlite;

namespace IclMesh.Retrieval.Tests.Durability;

public sealed class StorageFailureTests
{
    [Fact]
    public async Task Upsert_FullDisk_FailsAsAWholeAndGoesOnWhenThereIsSpace()
    {
        using var disk = SmallDisk.Mount(megabytes: 4);
        await using var store = SqliteDemonstrationStore.Open(new(disk.Path), TimeProvider.System);
        await store.With(Given.Schema(64), Enumerable.Range(0, 10).Select(i => Given.Demonstration($"a{i}", Given.Vectors(1, 64, i)[0])));
        var ballast = System.IO.Path.Combine(disk.Path, "ballast");
        disk.Fill(ballast);
        var batch = Enumerable.Range(0, 2000).Select(i => Given.Demonstration($"b{i}", Given.Vectors(1, 64, i)[0]).Write()).ToArray();

        var error = await Assert.ThrowsAsync<MeshException>(() => store.UpsertAsync(Given.Name(), batch, TestContext.Current.CancellationToken));

        Assert.Equal((ErrorKind.Unavailable, ErrorReasons.StorageUnavailable), (error.Kind, error.Reason));
        Assert.Equal(10, (await store.GetCollectionAsync(Given.Name(), TestContext.Current.CancellationToken)).Count);
        var answer = await store.SearchAsync(Given.Name(), [Given.Query(3, Given.Vectors(1, 64, 4)[0])], TestContext.Current.CancellationToken);
        Assert.Equal("a4", answer[0].Matches[0].Demonstration.Id);
        File.Delete(ballast);
        var later = await store.UpsertAsync(Given.Name(), batch[..50], TestContext.Current.CancellationToken);
        Assert.All(later, outcome => Assert.Null(outcome.Error));
    }

    [Fact]
    public async Task Open_ReadOnlyFolder_SaysSo()
    {
        using var disk = SmallDisk.Mount(megabytes: 4);
        await using (var store = SqliteDemonstrationStore.Open(new(disk.Path), TimeProvider.System))
        {
            await store.With(Given.Schema(), Given.Demonstration("a"));
        }

        disk.Remount("ro");

        var error = Assert.Throws<MeshException>(() => SqliteDemonstrationStore.Open(new(disk.Path), TimeProvider.System));

        Assert.Equal((ErrorKind.Unavailable, ErrorReasons.StorageUnavailable), (error.Kind, error.Reason));
    }

    /// <summary>A file system of its own, which only root can mount: elsewhere these tests are skipped.</summary>
    private sealed class SmallDisk : IDisposable
    {
        private readonly TemporaryFolder folder = new();

        public string Path => folder.Path;

        public static SmallDisk Mount(int megabytes)
        {
            var disk = new SmallDisk();
            if (!OperatingSystem.IsLinux() || Run("mount", "-t", "tmpfs", "-o", $"size={megabytes}m", "tmpfs", disk.Path) != 0)
            {
                disk.folder.Dispose();
                Assert.Skip("a small file system cannot be mounted here");
            }

            return disk;
        }

        public void Fill(string file)
        {
            using var ballast = new FileStream(file, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
            try
            {
                while (true)
                {
                    ballast.Write(new byte[4096]);
                }
            }
            catch (IOException)
            {
                // Full, as wanted.
            }
        }

        public void Remount(string options) => Assert.Equal(0, Run("mount", "-o", $"remount,{options}", Path));

        public void Dispose()
        {
            Run("umount", "-l", Path);
            folder.Dispose();
        }

        private static int Run(string program, params string[] arguments)
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
            process.WaitForExit();
            return process.ExitCode;
        }
    }
}
