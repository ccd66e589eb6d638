using IclMesh.Inference.ModelFiles.Configuration;
using IclMesh.Inference.ModelFiles.Hub;
using IclMesh.Testing;
using Microsoft.Extensions.Time.Testing;

namespace IclMesh.Inference.Tests.Sources.Resolution;

public sealed class ModelResolverTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly HttpMessageInvoker http = new(ModelResolver.CreateHandler());

    public void Dispose()
    {
        http.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task Resolve_SameNameEverywhere_TakesThePathThenTheFoldersThenTheEmbeddedThenTheCache()
    {
        var locations = Offline() with { Folders = [Make("first"), Make("second")], EmbeddedFolders = [Make("embedded")] };
        var cached = Make("cache/hub/owner--m");
        folder.Write("cache/hub/owner--m/.complete", "");
        var inEmbedded = Make("embedded/m");
        var fromEmbedded = await Resolver(locations).ResolveAsync("m", null, TestContext.Current.CancellationToken);
        var inSecond = Make("second/m");
        var fromSecond = await Resolver(locations).ResolveAsync("m", null, TestContext.Current.CancellationToken);
        var inFirst = folder.Write("first/m.gguf", "");
        var fromFirst = await Resolver(locations).ResolveAsync("m", null, TestContext.Current.CancellationToken);
        var fromPath = await Resolver(locations).ResolveAsync(inSecond, null, TestContext.Current.CancellationToken);
        var fromCache = await Resolver(locations with { Folders = [], EmbeddedFolders = [] }).ResolveAsync("m", null, TestContext.Current.CancellationToken);

        Assert.Equal([inEmbedded, inSecond, inFirst, inSecond, cached], [fromEmbedded, fromSecond, fromFirst, fromPath, fromCache]);
    }

    [Theory]
    [InlineData("nothing-of-this-name", false)]
    [InlineData("owner/name", true)]
    public async Task Resolve_NothingFound_SaysWhatWasTriedAndWhatToDo(string name, bool offline)
    {
        var models = Make("models");
        var locations = Offline() with { Folders = [models], Offline = offline };
        folder.Write("models/other/config.json", "{}");

        var error = await Assert.ThrowsAsync<MeshException>(() => Resolver(locations).ResolveAsync(name, null, TestContext.Current.CancellationToken));

        Assert.Equal(ErrorKind.NotFound, error.Kind);
        Assert.Contains($"model '{name}' was not found", error.Message, StringComparison.Ordinal);
        Assert.Contains($"ICLMESH_MODELS ({models})", error.Message, StringComparison.Ordinal);
        Assert.Contains("Known names: other.", error.Message, StringComparison.Ordinal);
        Assert.Contains(offline ? "not asked, offline" : "or name a model of the hub as OWNER/NAME", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("../secret")]
    [InlineData("a/../../secret")]
    public async Task Resolve_NameThatClimbsOut_IsNotFound(string name)
    {
        folder.Write("secret/config.json", "{}");
        var locations = Offline() with { Folders = [Make("models/a"), Make("models")] };

        var error = await Assert.ThrowsAsync<MeshException>(() => Resolver(locations).ResolveAsync(name, null, TestContext.Current.CancellationToken));

        Assert.Equal(ErrorKind.NotFound, error.Kind);
    }

    [Fact]
    public async Task Resolve_HubModel_DownloadsVerifiesAndIsThenFoundOffline()
    {
        await using var hub = await FakeHub.StartAsync(TinyModel("tiny-llama"));
        var seen = new Progress();

        using var source = await Resolver(Online(hub)).OpenAsync("owner/name", seen, TestContext.Current.CancellationToken);
        var again = await Resolver(Offline()).ResolveAsync("owner/name", null, TestContext.Current.CancellationToken);
        var byBareName = await Resolver(Offline()).ResolveAsync("name", null, TestContext.Current.CancellationToken);

        Assert.Equal(ModelFamily.Llama, source.Configuration.Family);
        Assert.Equal([source.Location, source.Location], [again, byBareName]);
        Assert.Equal(seen.Last.Total, seen.Last.Received);
        Assert.Equal(5_774_504, seen.Last.Total - new FileInfo(Path.Combine(again, "config.json")).Length - new FileInfo(Path.Combine(again, "tokenizer.json")).Length);
        Assert.DoesNotContain(hub.Requests, request => request.Contains("README", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Resolve_ShardedHubModel_DownloadsTheFilesOfTheIndex()
    {
        await using var hub = await FakeHub.StartAsync(TinyModel("tiny-qwen2"));

        using var source = await Resolver(Online(hub)).OpenAsync("owner/name", null, TestContext.Current.CancellationToken);

        Assert.Equal(26, source.Tensors.Tensors.Count);
    }

    [Fact]
    public async Task Resolve_ConnectionBreaksOff_ContinuesWhereItStopped()
    {
        var content = new byte[3_000_000];
        new Random(1).NextBytes(content);
        await using var hub = await FakeHub.StartAsync(new() { ["model.gguf"] = content });
        hub.BreakOffAfter = 1_200_000;
        var time = new FakeTimeProvider { AutoAdvanceAmount = TimeSpan.Zero };

        var resolving = new ModelResolver(Online(hub), http, time).ResolveAsync("owner/name", null, TestContext.Current.CancellationToken);
        while (!resolving.IsCompleted)
        {
            // Pauses between attempts pass at once.
            time.Advance(TimeSpan.FromSeconds(5));
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }

        Assert.Equal(content, await File.ReadAllBytesAsync(await resolving, TestContext.Current.CancellationToken));
        Assert.Contains(hub.Requests, request => request.StartsWith("GET /storage/model.gguf bytes=", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Resolve_CancelledDownload_LeavesAPartThatTheNextOneContinues()
    {
        var content = new byte[2_000_000];
        await using var hub = await FakeHub.StartAsync(new() { ["model.gguf"] = content });
        hub.BreakOffAfter = 700_000;
        using var cancelled = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            Resolver(Online(hub)).ResolveAsync("owner/name", new Progress(progress => { if (progress.Received >= 500_000) { cancelled.Cancel(); } }), cancelled.Token));
        var part = new FileInfo(Directory.GetFiles(Path.Combine(folder.Path, "cache", "hub", "owner--name"), "*.part").Single()).Length;
        hub.BreakOffAfter = int.MaxValue;

        await Resolver(Online(hub)).ResolveAsync("owner/name", null, TestContext.Current.CancellationToken);

        Assert.InRange(part, 1, content.Length - 1);
        Assert.Contains($"GET /storage/model.gguf bytes={part}-", hub.Requests);
    }

    [Fact]
    public async Task Resolve_ContentDoesNotHaveTheChecksum_IsDataLossAndLeavesNothing()
    {
        await using var hub = await FakeHub.StartAsync(new() { ["model.gguf"] = new byte[1000] });
        hub.WrongContent = [.. Enumerable.Repeat((byte)7, 1000)];

        var error = await Assert.ThrowsAsync<MeshException>(() => Resolver(Online(hub)).ResolveAsync("owner/name", null, TestContext.Current.CancellationToken));

        Assert.Equal(ErrorKind.DataLoss, error.Kind);
        Assert.Contains("owner/name/model.gguf: checksum is", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Directory.GetFiles(folder.Path, "*", SearchOption.AllDirectories), file => file.Contains("model.gguf", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Resolve_SeveralGgufsOnTheHub_ListsThemAndTakesANamedOne()
    {
        await using var hub = await FakeHub.StartAsync(new() { ["a.Q8_0.gguf"] = [1], ["b.Q4_0.gguf"] = [2] });

        var error = await Assert.ThrowsAsync<MeshException>(() => Resolver(Online(hub)).ResolveAsync("owner/name", null, TestContext.Current.CancellationToken));
        var named = await Resolver(Online(hub)).ResolveAsync("owner/name/b.Q4_0.gguf", null, TestContext.Current.CancellationToken);

        Assert.Equal(ErrorKind.InvalidArgument, error.Kind);
        Assert.Contains("a.Q8_0.gguf, b.Q4_0.gguf", error.Message, StringComparison.Ordinal);
        Assert.Equal([2], await File.ReadAllBytesAsync(named, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Resolve_HubDoesNotKnowTheModel_IsNotFound()
    {
        await using var hub = await FakeHub.StartAsync([]);

        var error = await Assert.ThrowsAsync<MeshException>(() => Resolver(Online(hub)).ResolveAsync("other/name", null, TestContext.Current.CancellationToken));

        Assert.Equal(ErrorKind.NotFound, error.Kind);
        Assert.Contains("the hub does not know other/name", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Resolve_HubCannotBeReached_IsUnavailable()
    {
        var locations = Offline() with { Offline = false, HubAddress = new("http://127.0.0.1:1/") };

        var error = await Assert.ThrowsAsync<MeshException>(() => Resolver(locations).ResolveAsync("owner/name", null, TestContext.Current.CancellationToken));

        Assert.Equal(ErrorKind.Unavailable, error.Kind);
    }

    private static Dictionary<string, byte[]> TinyModel(string name) => Directory.GetFiles(SharedData.Find("golden", name))
        .Where(file => !Path.GetFileName(file).StartsWith("expected", StringComparison.Ordinal))
        .ToDictionary(file => Path.GetFileName(file), File.ReadAllBytes)
        .Append(new("README.md", [1])).ToDictionary();

    private string Make(string name) => Directory.CreateDirectory(Path.Combine(folder.Path, name)).FullName;

    private ModelLocations Offline() => new() { CacheFolder = Path.Combine(folder.Path, "cache"), Offline = true };

    private ModelLocations Online(FakeHub hub) => Offline() with { Offline = false, HubAddress = hub.Address };

    private ModelResolver Resolver(ModelLocations locations) => new(locations, http, TimeProvider.System);

    private sealed class Progress(Action<DownloadProgress>? report = null) : IProgress<DownloadProgress>
    {
        public DownloadProgress Last { get; private set; }

        public void Report(DownloadProgress value)
        {
            Last = value;
            report?.Invoke(value);
        }
    }
}
