using System.Diagnostics;
using System.Text.Json;
using IclMesh.Cli.Mesh;
using IclMesh.Kernel;
using IclMesh.LocalMesh;
using IclMesh.ServiceDefaults;
using IclMesh.Testing;

namespace IclMesh.Cli.Tests.Mesh;

public sealed class RunningMeshTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private string File => Path.Combine(folder.Path, "mesh.json");

    private MeshSettings Settings => new() { DataFolder = folder.Path, Offline = true };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task FindAsync_MeshThatServes_IsFoundUntilItEnds()
    {
        await using var host = await LoopbackHost.StartAsync(builder => builder.AddKernel(), app => app.MapKernel());
        using (RunningMesh.Announce(Settings, new Dictionary<string, string> { ["gateway"] = host.Address }))
        {
            var found = await RunningMesh.FindAsync(folder.Path, Token);

            Assert.Equal(Environment.ProcessId, found!.ProcessId);
            Assert.Equal(new Uri(host.Address), found.Gateway);
            Assert.True(found.Offline);
            Assert.Equal(PrivateFiles.OwnFile, new FileInfo(File).UnixFileMode);
        }

        Assert.Null(await RunningMesh.FindAsync(folder.Path, Token));
        Assert.Empty(Directory.EnumerateFiles(folder.Path));
    }

    [Fact]
    public async Task FindAsync_NobodyAnswers_IsForgotten()
    {
        using var announced = RunningMesh.Announce(Settings, new Dictionary<string, string> { ["gateway"] = "http://127.0.0.1:9" });

        Assert.Null(await RunningMesh.FindAsync(folder.Path, Token));
        Assert.False(System.IO.File.Exists(File));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task FindAsync_AnotherProcessNow_IsForgottenThoughSomebodyAnswers(bool alive)
    {
        await using var host = await LoopbackHost.StartAsync(builder => builder.AddKernel(), app => app.MapKernel());
        using var process = Process.GetCurrentProcess();
        var killed = new RunningMesh(alive ? Environment.ProcessId : int.MaxValue, process.StartTime.ToUniversalTime().AddHours(-1), true, new Dictionary<string, string> { ["gateway"] = host.Address });
        await System.IO.File.WriteAllTextAsync(File, JsonSerializer.Serialize(killed), Token);

        Assert.Null(await RunningMesh.FindAsync(folder.Path, Token));
        Assert.False(System.IO.File.Exists(File));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("{}")]
    [InlineData("""{"ProcessId":1,"Addresses":{"gateway":"no address"}}""")]
    public async Task FindAsync_FileThatIsNone_IsForgotten(string text)
    {
        await System.IO.File.WriteAllTextAsync(File, text, Token);

        Assert.Null(await RunningMesh.FindAsync(folder.Path, Token));
        Assert.False(System.IO.File.Exists(File));
    }
}
