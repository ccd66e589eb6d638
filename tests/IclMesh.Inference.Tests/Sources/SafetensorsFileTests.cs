using System.Text;
using IclMesh.Inference.ModelFiles.Safetensors;
using IclMesh.Inference.ModelFiles.Tensors;
using IclMesh.Testing;

namespace IclMesh.Inference.Tests.Sources;

public class SafetensorsFileTests
{
    [Fact]
    public void Read_ThreeTypes_WidensToSingle()
    {
        using var file = Open(
            """{"__metadata__":{"format":"pt"},"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F16","shape":[1,2],"data_offsets":[8,12]},"c":{"dtype":"BF16","shape":[],"data_offsets":[12,14]},"ids":{"dtype":"I64","shape":[1],"data_offsets":[14,22]}}""",
            [0, 0, 128, 63, 0, 0, 0, 192, 0, 60, 0, 192, 192, 64, 1, 0, 0, 0, 0, 0, 0, 0]);
        float[] a = new float[2], b = new float[2], c = new float[1];

        file.Read("a", a);
        file.Read("b", b);
        file.Read("c", c);

        Assert.Equal([1, -2], a);
        Assert.Equal([1, -2], b);
        Assert.Equal([6], c);
        Assert.Equal(["a", "b", "c"], file.Tensors.Keys.Order());
    }

    [Fact]
    public void Read_RealEncoder_HoldsFiniteWeights()
    {
        using var file = SafetensorsFile.Open(SharedData.Find("models", "all-MiniLM-L6-v2", "model.safetensors"));

        var word = file.Tensors["embeddings.word_embeddings.weight"];
        var values = new float[word.Count];
        file.Read(word.Name, values);

        Assert.Equal([30522L, 384L], word.Shape);
        Assert.All(values.Chunk(384), row => Assert.True(row.All(float.IsFinite)));
    }

    [Theory]
    [InlineData("""{"w":{"dtype":"F32","shape":[3],"data_offsets":[0,12]}}""", "tensor 'w' at offset 0: ends at 12, the data of the file at 8")]
    [InlineData("""{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,8]}}""", "tensor 'w' at offset 0: its shape takes 4 bytes, its offsets hold 8")]
    [InlineData("""{"w":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}""", "tensor 'w'")]
    [InlineData("""{"w":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}""", "tensor 'w' at offset 8")]
    [InlineData("""{"w":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,8]}}""", "tensor 'w'")]
    [InlineData("""{"w":{"dtype":"F32","shape":[2]}}""", "tensor 'w': its header entry needs")]
    [InlineData("""{"w":7}""", "tensor 'w': its header entry needs")]
    [InlineData("""{"w":""", "no valid JSON")]
    [InlineData("[]", "Object was expected")]
    public void Open_HeaderDisagreesWithTheFile_NamesTensorAndOffset(string header, string message)
    {
        var error = Assert.Throws<MeshException>(() => Open(header, new byte[8]));

        Assert.Equal(ErrorKind.DataLoss, error.Kind);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(new byte[0])]
    [InlineData(new byte[] { 1, 2, 3 })]
    [InlineData(new byte[] { 255, 255, 255, 255, 255, 255, 255, 255 })]
    [InlineData(new byte[] { 1, 0, 0, 0, 0, 0, 0, 0 })]
    public void Open_HeaderLongerThanTheFile_IsDataLoss(byte[] bytes)
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("model.safetensors", bytes);

        var error = Assert.Throws<MeshException>(() => SafetensorsFile.Open(path));

        Assert.Equal(ErrorKind.DataLoss, error.Kind);
    }

    [Fact]
    public void Open_Shards_ReadsEachTensorFromItsFile()
    {
        using var sharded = ShardedSafetensors.Open(SharedData.Find("golden", "tiny-qwen2", "model.safetensors.index.json"));
        using var second = SafetensorsFile.Open(SharedData.Find("golden", "tiny-qwen2", "model-00002-of-00003.safetensors"));

        Assert.Equal(26, sharded.Tensors.Count);
        Assert.NotEmpty(second.Tensors);
        Assert.All(second.Tensors.Values, tensor => Assert.Equal(Stored(second, tensor), Stored(sharded, tensor)));
    }

    [Theory]
    [InlineData("../model.safetensors")]
    [InlineData("/etc/passwd")]
    [InlineData("a\\\\b")]
    [InlineData("")]
    public void Open_ShardOutsideTheFolder_IsRefused(string file)
    {
        using var folder = new TemporaryFolder();
        var index = folder.Write("model.safetensors.index.json", $$"""{"weight_map":{"w":"{{file}}"} }""");

        var error = Assert.Throws<MeshException>(() => ShardedSafetensors.Open(index));

        Assert.Contains("no plain file name", error.Message, StringComparison.Ordinal);
    }

    private static byte[] Stored(ITensorSource source, TensorInfo tensor)
    {
        var bytes = new byte[tensor.ByteLength];
        source.ReadRaw(tensor.Name, 0, bytes);
        return bytes;
    }

    private static SafetensorsFile Open(string header, byte[] data)
    {
        using var folder = new TemporaryFolder();
        var text = Encoding.UTF8.GetBytes(header);
        return SafetensorsFile.Open(folder.Write("model.safetensors", [.. BitConverter.GetBytes((ulong)text.Length), .. text, .. data]));
    }
}
