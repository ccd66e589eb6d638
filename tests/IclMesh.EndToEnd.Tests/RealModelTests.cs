using IclMesh.Testing;

namespace IclMesh.EndToEnd.Tests;

/// <summary>The command line with a published language model and encoder on real text.</summary>
public sealed class RealModelTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("iclmesh-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Predict_GrippingFilm_IsPositive()
    {
        var models = SharedFolder.Require("models");
        var data = SharedFolder.Require("data", "sst2", "validation.jsonl");
        string[] arguments =
        [
            "predict", "--model", "SmolLM2-135M-Instruct", "--encoder", "all-MiniLM-L6-v2", "--demos", data, "--labels", "Negative,Positive",
            "--k", "8", "--select", "similar", "--text", "a gripping , intelligent film", "--json", "--data-folder", folder,
        ];

        var first = await CommandLine.RunAsync(arguments, ("ICLMESH_MODELS", models));
        var second = await CommandLine.RunAsync(arguments, ("ICLMESH_MODELS", models));

        Assert.True(first.ExitCode == 0, first.Error);
        Assert.Equal("Positive", first.Json.GetProperty("label").GetString());
        Assert.Equal(8, first.Json.GetProperty("demonstrations").GetArrayLength());
        Assert.Contains("embedding", first.Error, StringComparison.Ordinal);

        // The file is imported once, and the same question gets the same answer, to the last bit of its digest.
        Assert.DoesNotContain("embedding", second.Error, StringComparison.Ordinal);
        Assert.Equal(first.Json.GetProperty("logitsHash").GetString(), second.Json.GetProperty("logitsHash").GetString());
    }
}
