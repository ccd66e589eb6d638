using IclMesh.Inference.Core.Models;
using IclMesh.Inference.Engine;
using IclMesh.Inference.ModelFiles.Hub;
using IclMesh.Testing;

namespace IclMesh.Inference.Tests.Models;

public sealed class ModelLibraryTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly string model;

    public ModelLibraryTests() => model = TinyModels.WriteLlama(folder, "models/tiny");

    [Fact]
    public async Task Lease_OneFolderByManyNames_IsOneModel()
    {
        await using var library = Library();
        var link = Path.Combine(folder.Path, "models", "link");
        Directory.CreateSymbolicLink(link, model);
        using var first = await library.LeaseAsync("tiny", TestContext.Current.CancellationToken);

        foreach (var name in (string[])[model, $"{model}/", Path.Combine(folder.Path, "models", ".", "tiny"), "./tiny", "link", link])
        {
            using var lease = await library.LeaseAsync(name, TestContext.Current.CancellationToken);
            Assert.Same(first.Model, lease.Model);
        }

        Assert.Single(library.Loaded);
        Assert.All(library.List(), entry => Assert.True(library.IsLoaded(entry), entry.Name));
    }

    [Fact]
    public async Task Unload_ByAnotherNameThanItWasLoadedBy_FreesIt()
    {
        await using var library = Library();
        (await library.LeaseAsync(model, TestContext.Current.CancellationToken)).Dispose();

        var unloaded = await library.UnloadAsync("tiny", TestContext.Current.CancellationToken);

        Assert.True(unloaded);
        Assert.Empty(library.Loaded);
        Assert.False(await library.UnloadAsync(model, TestContext.Current.CancellationToken));
    }

    public void Dispose() => folder.Dispose();

    private ModelLibrary Library()
    {
        var locations = new ModelLocations { Folders = [Path.Combine(folder.Path, "models")], CacheFolder = Path.Combine(folder.Path, "cache"), Offline = true };
        var resolver = new ModelResolver(locations, new HttpMessageInvoker(ModelResolver.CreateHandler()), TimeProvider.System);
        return new(new ResolvedCatalog(locations, resolver, admitted: null), new OnnxEngine(new(locations.WeightFolder)), new() { Workers = 1 }, TimeProvider.System);
    }
}
