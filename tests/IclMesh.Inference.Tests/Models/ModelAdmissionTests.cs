using IclMesh.Inference.Core.Models;
using IclMesh.Inference.Core.Scheduling;
using IclMesh.Inference.Engine;
using IclMesh.Inference.ModelFiles.Hub;
using IclMesh.Inference.ModelFiles.Opening;
using IclMesh.Testing;

namespace IclMesh.Inference.Tests.Models;

public sealed class ModelAdmissionTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Unload_WhileItLoadsAndNobodyWaits_FreesTheModel()
    {
        var begin = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var workers = new WorkerPool(1);
        LoadedModel? model = null;
        var ended = 0;
        var entry = new ModelEntry(
            async () =>
            {
                await begin.Task;
                return model = LoadedModel.Of(LanguageModel.Load(ModelSources.Open(TinyModels.WriteLlama(folder)), Engine(), Settings(), workers, TimeProvider.System, Token));
            },
            _ => ended++);
        using var impatient = new CancellationTokenSource();
        var waiting = entry.LeaseAsync(impatient.Token);

        var unloading = entry.UnloadAsync();
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        begin.SetResult();
        await unloading.WaitAsync(TimeSpan.FromSeconds(30), Token);

        Assert.Equal(1, ended);
        Assert.Null(entry.Loaded);
        Assert.Null(model!.TryLease());
        Assert.Null(await entry.LeaseAsync(Token));
    }

    [Fact]
    public async Task Unload_ThenLease_LoadsAnew()
    {
        TinyModels.WriteLlama(folder);
        var (locations, resolver) = Resolver();
        await using var library = new ModelLibrary(new ResolvedCatalog(locations, resolver, new HashSet<string>()), Engine(), Settings(), TimeProvider.System);
        LoadedModel first;
        Task<bool> unloading;
        Task<ModelLease> late;
        using (var lease = await library.LeaseAsync("tiny-llama", Token))
        {
            first = lease.Model;
            unloading = library.UnloadAsync("tiny-llama", Token);
            late = library.LeaseAsync("tiny-llama", Token);
            Assert.False(unloading.IsCompleted);
        }

        Assert.True(await unloading);
        using var second = await late;
        Assert.NotSame(first, second.Model);
        Assert.Equal([second.Model], library.Loaded);
    }

    [Theory]
    [InlineData("./tiny-llama")]
    [InlineData("tiny-llama/")]
    [InlineData("././tiny-llama")]
    [InlineData("/etc/passwd")]
    [InlineData("../tiny-llama")]
    [InlineData("some-owner/some-model")]
    [InlineData("")]
    public async Task Open_NameThatIsNotListed_IsNotFoundAndTellsNoFolder(string name)
    {
        TinyModels.WriteLlama(folder);
        var (locations, resolver) = Resolver();
        var catalog = new ResolvedCatalog(locations, resolver, new HashSet<string>());

        var error = await Assert.ThrowsAsync<MeshException>(() => catalog.FindAsync(name, Token));

        Assert.Equal(ErrorKind.NotFound, error.Kind);
        Assert.DoesNotContain(folder.Path, error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(locations.CacheFolder));
        Assert.Equal(Path.Combine(folder.Path, "tiny-llama"), await catalog.FindAsync("tiny-llama", Token));
    }

    [Fact]
    public async Task Open_AdmittedPath_IsOpenedAsItIsSpelt()
    {
        var path = TinyModels.WriteLlama(folder);
        var (locations, resolver) = Resolver();
        var catalog = new ResolvedCatalog(locations with { Folders = [] }, resolver, new HashSet<string> { path });

        Assert.Equal(path, await catalog.FindAsync(path, Token));
        await Assert.ThrowsAsync<MeshException>(() => catalog.FindAsync(path + "/", Token));
    }

    private (ModelLocations Locations, ModelResolver Resolver) Resolver()
    {
        var locations = new ModelLocations { Folders = [folder.Path], CacheFolder = Directory.CreateDirectory(Path.Combine(folder.Path, "cache")).FullName };
        return (locations, new(locations, new(new Unreachable()), TimeProvider.System));
    }

    private OnnxEngine Engine() => new(new(Path.Combine(folder.Path, "weights")));

    private static ServingSettings Settings() => new() { Workers = 1 };

    private sealed class Unreachable : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            throw new InvalidOperationException("nobody may be asked");
    }
}
