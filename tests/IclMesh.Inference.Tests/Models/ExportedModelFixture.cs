using IclMesh.Testing;

namespace IclMesh.Inference.Tests.Models;

/// <summary>One model twice: as a decoder that PyTorch exported, and as safetensors for the engine's own graph.</summary>
public sealed class ExportedModelFixture : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public ExportedModelFixture()
    {
        Exported = Write("exported-llama", "model.onnx", "model.onnx");
        Own = Write("own-llama", "weights.safetensors", "model.safetensors");
    }

    public static string Source => Path.Combine(AppContext.BaseDirectory, "fixtures", "exported-llama");

    public string Exported { get; }

    public string Own { get; }

    /// <summary>Folder that holds both.</summary>
    public string Folder => folder.Path;

    public string Cache => Path.Combine(folder.Path, "cache");

    public void Dispose() => folder.Dispose();

    private string Write(string name, string file, string target)
    {
        folder.Write($"{name}/config.json", File.ReadAllBytes(Path.Combine(Source, "config.json")));
        folder.Write($"{name}/tokenizer.json", TinyModels.ByteLevelTokenizer());
        folder.Write($"{name}/{target}", File.ReadAllBytes(Path.Combine(Source, file)));
        return Path.Combine(folder.Path, name);
    }
}
