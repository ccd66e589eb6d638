using IclMesh.Inference.Core;
using IclMesh.Inference.Core.Models;
using IclMesh.Inference.Engine;
using IclMesh.Inference.Engine.Sessions;
using IclMesh.Inference.ModelFiles.Opening;
using IclMesh.Testing;

namespace IclMesh.Inference.Tests.Models;

/// <summary>The tiny models on disk, and loaders for them.</summary>
public sealed class TinyModelFixture : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public TinyModelFixture()
    {
        Llama = TinyModels.WriteLlama(folder);
        Own = TinyModels.WriteTiny(folder);
        Encoder = TinyModels.WriteEncoder(folder);
    }

    public string Llama { get; }

    public string Own { get; }

    public string Encoder { get; }

    /// <summary>Folder that holds all of them.</summary>
    public string Folder => folder.Path;

    /// <summary>Weight files of the tests.</summary>
    public string Cache => Path.Combine(folder.Path, "cache");

    public OnnxSettings Settings => new(Cache);

    public OnnxEngine Engine => new(Settings);

    public ServingSettings Serving => new() { Workers = 2 };

    public ITransformerModel Load(string path)
    {
        using var source = ModelSources.Open(path);
        return OnnxTransformerModel.Load(source, Settings, CancellationToken.None);
    }

    /// <summary>The inference service over these models.</summary>
    public Task<InProcessHost> StartAsync(params (string Key, string Value)[] settings) => TestService.StartAsync(Folder, Cache, settings);

    public void Dispose() => folder.Dispose();
}
