using IclMesh.Testing;
using IclMesh.Train.Export;
using TorchSharp;

namespace IclMesh.Train.Tests;

public sealed class SafetensorsTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Write_FullPrecision_ReadsBackAsItWas()
    {
        using var scope = torch.NewDisposeScope();
        var matrix = torch.tensor(new[] { 1f, -2.5f, float.Epsilon, 1e30f, 0.1f, 7f }, [2, 3]);

        var read = Read(half: false, ("b", matrix), ("a", torch.tensor(new[] { 3f })), ("rows", matrix.t()));

        Assert.Equal(["a", "b", "rows"], read.Keys);
        Assert.Equal([2, 3], read["b"].shape);
        Assert.Equal(matrix.data<float>().ToArray(), read["b"].data<float>().ToArray());
        Assert.Equal([3f], read["a"].data<float>().ToArray());
        Assert.Equal([3, 2], read["rows"].shape);
        Assert.Equal([1f, 1e30f, -2.5f, 0.1f, float.Epsilon, 7f], read["rows"].data<float>().ToArray());
    }

    [Fact]
    public void Write_Half_ReadsBackRounded()
    {
        using var scope = torch.NewDisposeScope();

        var read = Read(half: true, ("x", torch.tensor(new[] { 0.1f, 1f, 65504f })));

        Assert.Equal([(float)(Half)0.1f, 1f, 65504f], read["x"].data<float>().ToArray());
    }

    [Fact]
    public void Read_Integers_AreLeftOut()
    {
        using var scope = torch.NewDisposeScope();

        var read = Read(half: true, ("ids", torch.tensor(new[] { 1L, 2L })), ("x", torch.tensor(new[] { 2f })));

        Assert.Equal(["x"], read.Keys);
        Assert.Equal([2f], read["x"].data<float>().ToArray());
    }

    private Dictionary<string, torch.Tensor> Read(bool half, params (string Name, torch.Tensor Tensor)[] tensors)
    {
        var file = Path.Combine(folder.Path, "model.safetensors");
        Safetensors.Write(file, tensors.ToDictionary(entry => entry.Name, entry => entry.Tensor), half);
        return Safetensors.Read(file);
    }
}
