using IclMesh.Inference.Core.Models;
using IclMesh.Inference.Core.Sources;
using IclMesh.Inference.Core.Sources.Resolution;
using IclMesh.Inference.Tests.Models;
using IclMesh.Testing;

namespace IclMesh.Inference.Tests.Scheduling;

public sealed class ModelLibraryTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Unload_WhileItLoadsAndTheCallerLeaves_FreesTheModelAndTheNextLoadIsAnother()
    {
        var catalog = new SlowCatalog(TinyModels.WriteLlama(folder));
        await using var library = new ModelLibrary(catalog, Settings(), TimeProvider.System);
        using var impatient = new CancellationTokenSource();

        // Three who ask for the model while it loads, one of whom unloads it and does not wait for the end.
        var waiting = library.LeaseAsync("tiny", Token);
        var unloading = library.UnloadAsync("tiny", impatient.Token);
        var late = library.LeaseAsync("tiny", Token);
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => unloading);
        catalog.Open.SetResult();

        LoadedModel first, second;
        using (var lease = await waiting)
        {
            first = lease.Model;
            Assert.Empty(library.Loaded);
        }

        using (var lease = await late)
        {
            second = lease.Model;
        }

        Assert.NotSame(first, second);
        Assert.Null(first.TryLease());
        Assert.Equal([second], library.Loaded);
        Assert.Equal(2, catalog.Opened);
    }

    [Fact]
    public async Task Lease_EverybodyLeavesBeforeItIsFetched_StopsTheFetch()
    {
        var catalog = new SlowCatalog(TinyModels.WriteLlama(folder));
        await using var library = new ModelLibrary(catalog, Settings(), TimeProvider.System);
        using var one = new CancellationTokenSource();
        using var other = new CancellationTokenSource();
        var waiting = new[] { library.LeaseAsync("tiny", one.Token), library.LeaseAsync("tiny", other.Token) };

        await one.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting[0]);
        Assert.False(catalog.Abandoned.IsCompleted);
        await other.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting[1]);
        await catalog.Abandoned.WaitAsync(TimeSpan.FromSeconds(30), Token);

        catalog.Open.TrySetResult();
        using var lease = await library.LeaseAsync("tiny", Token);
        Assert.NotNull(lease.Model.Language);
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

        var error = await Assert.ThrowsAsync<MeshException>(() => catalog.OpenAsync(name, Token));

        Assert.Equal(ErrorKind.NotFound, error.Kind);
        Assert.DoesNotContain(folder.Path, error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(locations.CacheFolder));
        using var listed = await catalog.OpenAsync("tiny-llama", Token);
        Assert.Equal(2, listed.Configuration.Layers);
    }

    [Fact]
    public async Task Open_AdmittedPath_IsOpenedAsItIsSpelt()
    {
        var path = TinyModels.WriteLlama(folder);
        var (locations, resolver) = Resolver();
        var catalog = new ResolvedCatalog(locations with { Folders = [] }, resolver, new HashSet<string> { path });

        using var admitted = await catalog.OpenAsync(path, Token);

        Assert.Equal(2, admitted.Configuration.Layers);
        await Assert.ThrowsAsync<MeshException>(() => catalog.OpenAsync(path + "/", Token));
    }

    private (ModelLocations Locations, ModelResolver Resolver) Resolver()
    {
        var locations = new ModelLocations { Folders = [folder.Path], CacheFolder = Directory.CreateDirectory(Path.Combine(folder.Path, "cache")).FullName };
        return (locations, new(locations, new(new Unreachable()), TimeProvider.System));
    }

    private EngineSettings Settings() => new() { Onnx = new(Path.Combine(folder.Path, "weights")), Workers = 1 };

    private sealed class SlowCatalog(string path) : IModelCatalog
    {
        private readonly TaskCompletionSource abandoned = new();

        public TaskCompletionSource Open { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Abandoned => abandoned.Task;

        public int Opened { get; private set; }

        public IReadOnlyList<CatalogEntry> List() => [];

        public async Task<ModelSource> OpenAsync(string name, CancellationToken cancellationToken)
        {
            await Open.Task.WaitAsync(cancellationToken).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            if (cancellationToken.IsCancellationRequested)
            {
                abandoned.SetResult();
            }

            cancellationToken.ThrowIfCancellationRequested();
            Opened++;
            return ModelSources.Open(path);
        }
    }

    private sealed class Unreachable : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            throw new InvalidOperationException("nobody may be asked");
    }
}
