using IclMesh.Inference.Engine.Sessions;
using IclMesh.Inference.ModelFiles.Opening;
using IclMesh.Inference.Tests.Models;
using IclMesh.Testing;

namespace IclMesh.Inference.Tests.Sources;

/// <summary>Model files that change under the reader: an error that says so, never the end of the process.</summary>
public sealed class ChangedFileTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly string model;
    private readonly string weights;

    public ChangedFileTests()
    {
        model = TinyModels.WriteLlama(folder);
        weights = Path.Combine(model, "model.safetensors");
    }

    [Fact]
    public void Read_FileWasShortened_SaysSo()
    {
        using var source = ModelSources.Open(model);
        var last = source.Tensors.Tensors["model.norm.weight"];
        using (var file = new FileStream(weights, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            file.SetLength(file.Length / 2);
        }

        var error = Assert.Throws<MeshException>(() => source.Tensors.Read(last.Name, new float[last.Count]));

        Assert.Equal(ErrorKind.DataLoss, error.Kind);
        Assert.Contains("was changed while it was open", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_FileWasOverwrittenInPlace_SaysSo()
    {
        using var source = ModelSources.Open(model);
        File.SetLastWriteTimeUtc(weights, TimeProvider.System.GetUtcNow().UtcDateTime.AddMinutes(1));

        var error = Assert.Throws<MeshException>(() => OnnxTransformerModel.Load(source, new(Path.Combine(folder.Path, "cache")), CancellationToken.None));

        Assert.Equal(ErrorKind.DataLoss, error.Kind);
    }

    [Fact]
    public void Read_FileWasReplacedByRenaming_ReadsTheOneThatWasOpened()
    {
        using var source = ModelSources.Open(model);
        var norm = new float[64];
        source.Tensors.Read("model.norm.weight", norm);
        File.WriteAllBytes($"{weights}.new", [1, 2, 3]);
        File.Move($"{weights}.new", weights, overwrite: true);
        var again = new float[64];

        source.Tensors.Read("model.norm.weight", again);

        Assert.Equal(norm, again);
    }

    public void Dispose() => folder.Dispose();
}
