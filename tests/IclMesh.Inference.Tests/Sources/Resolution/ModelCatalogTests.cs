using IclMesh.Inference.ModelFiles.Configuration;
using IclMesh.Inference.ModelFiles.Hub;
using IclMesh.Inference.Tests.Models;
using IclMesh.Testing;

namespace IclMesh.Inference.Tests.Sources.Resolution;

public class ModelCatalogTests
{
    [Fact]
    public void List_SharedModels_GivesFormatFamilyAndSize()
    {
        var models = SharedData.Find("models");

        var entries = ModelCatalog.List(new() { Folders = [models], CacheFolder = Path.Combine(models, "none") });

        Assert.Equal(
            [
                new("SmolLM2-135M-Instruct", "gguf", ModelFamily.Llama, 98362432, Path.Combine(models, "SmolLM2-135M-Instruct", "SmolLM2-135M-Instruct.Q4_1.gguf"), "folder", null),
                new("all-MiniLM-L6-v2", "huggingface", ModelFamily.Bert, 45441944, Path.Combine(models, "all-MiniLM-L6-v2"), "folder", null),
            ],
            entries);
    }

    [Fact]
    public void List_FolderWithSeveralGgufs_NamesEachOfThem()
    {
        var golden = SharedData.Find("golden");

        var entries = ModelCatalog.List(new() { Folders = [golden], CacheFolder = Path.Combine(golden, "none") });

        Assert.Equal(10, entries.Count(entry => entry.Name.StartsWith("tiny-llama-gguf/", StringComparison.Ordinal) && entry.Format == "gguf"));
        Assert.Equal(8, entries.Count(entry => entry.Format == "huggingface"));
        Assert.All(entries, entry => Assert.Null(entry.Problem));
    }

    [Fact]
    public void List_LinkedFiles_GivesTheSizeOfTheFiles()
    {
        using var folder = new TemporaryFolder();
        var real = TinyModels.WriteLlama(folder, "real/tiny-llama");
        var linked = Directory.CreateDirectory(Path.Combine(folder.Path, "models", "tiny-llama")).FullName;
        foreach (var file in Directory.GetFiles(real))
        {
            File.CreateSymbolicLink(Path.Combine(linked, Path.GetFileName(file)), file);
        }

        var entry = Assert.Single(ModelCatalog.List(new() { Folders = [Path.Combine(folder.Path, "models")], CacheFolder = Path.Combine(folder.Path, "none") }));

        Assert.Equal(new FileInfo(Path.Combine(real, "model.safetensors")).Length, entry.Bytes);
    }

    [Fact]
    public void List_BrokenModel_StatesTheProblem()
    {
        using var folder = new TemporaryFolder();
        folder.Write("embedded/broken/config.json", """{"model_type":"mamba"}""");

        var entry = Assert.Single(ModelCatalog.List(new() { EmbeddedFolders = [Path.Combine(folder.Path, "embedded")], CacheFolder = folder.Path }));

        Assert.Equal(("broken", "embedded", null), (entry.Name, entry.Origin, entry.Family));
        Assert.Contains("'mamba' is not supported", entry.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void FromEnvironment_Variables_AreRead()
    {
        var variables = new Dictionary<string, string?>
        {
            ["ICLMESH_MODELS"] = $"/a{Path.PathSeparator}/b{Path.PathSeparator}",
            ["XDG_CACHE_HOME"] = "/cache",
            ["ICLMESH_OFFLINE"] = "1",
        };

        var locations = ModelLocations.FromEnvironment(variables.GetValueOrDefault);

        Assert.Equal(["/a", "/b"], locations.Folders);
        Assert.Equal(Path.Combine("/cache", "iclmesh"), locations.CacheFolder);
        Assert.True(locations.Offline);
    }
}
