using System.Text.Json;
using IclMesh.Inference.ModelFiles.Gguf;
using IclMesh.Testing;

namespace IclMesh.Inference.Tests.Sources;

public class GgufFileTests
{
    [Fact]
    public void Read_EveryTensorOfSmolLm2_EqualsTheReference()
    {
        var expected = JsonDocument.Parse(File.ReadAllBytes(SharedData.Find("golden", "smollm2", "gguf_tensors.json"))).RootElement;
        using var file = GgufFile.Open(SharedData.Find("models", "SmolLM2-135M-Instruct", "SmolLM2-135M-Instruct.Q4_1.gguf"));

        Assert.Equal(272, file.Tensors.Count);
        foreach (var tensor in expected.EnumerateArray())
        {
            AssertTensor(file, tensor);
        }
    }

    [Theory]
    [InlineData("F16")]
    [InlineData("BF16")]
    [InlineData("Q8_0")]
    [InlineData("Q4_0")]
    [InlineData("Q4_1")]
    [InlineData("Q5_0")]
    [InlineData("Q5_1")]
    [InlineData("Q4_K_M")]
    [InlineData("Q5_K_M")]
    [InlineData("Q6_K")]
    public void Read_EveryTensorOfEveryType_EqualsTheReference(string type)
    {
        var expected = JsonDocument.Parse(File.ReadAllBytes(SharedData.Find("golden", "tiny-llama-gguf", "expected.json"))).RootElement;
        using var file = GgufFile.Open(SharedData.Find("golden", "tiny-llama-gguf", $"{type}.gguf"));

        var tensors = expected.GetProperty(type).GetProperty("tensors").EnumerateArray().ToList();

        Assert.Equal(tensors.Count, file.Tensors.Count);
        foreach (var tensor in tensors)
        {
            AssertTensor(file, tensor);
        }
    }

    [Fact]
    public void Open_Version2WithOtherAlignment_ReadsTheTensors()
    {
        var bytes = new GgufWriter { Version = 2, Alignment = 64 }
            .Integer("general.alignment", 64).Tensor("a", [3], [1, 2, 3]).Tensor("b", [2, 2], [4, 5, 6, 7]).ToArray();
        using var file = Open(bytes);
        var values = new float[4];

        file.Read("b", values);

        Assert.Equal([4, 5, 6, 7], values);
        Assert.Equal([2L, 2L], file.Tensors["b"].Shape);
    }

    [Theory]
    [InlineData(1u)]
    [InlineData(4u)]
    [InlineData(0x03000000u)]
    public void Open_OtherVersion_IsUnsupported(uint version)
    {
        var bytes = new GgufWriter { Version = version }.ToArray();

        var error = Assert.Throws<MeshException>(() => Open(bytes));

        Assert.Equal(ErrorReasons.FormatUnsupported, error.Reason);
    }

    [Fact]
    public void Open_LastByteOfTheDataMissing_NamesTensorAndOffset()
    {
        var bytes = new GgufWriter { Alignment = 1 }.Integer("general.alignment", 1).Tensor("first", [2], [1, 2]).Tensor("last", [3], [3, 4, 5]).ToArray();

        var error = Assert.Throws<MeshException>(() => Open(bytes[..^1]));

        Assert.Equal(ErrorKind.DataLoss, error.Kind);
        Assert.Contains($"tensor 'last' at offset {bytes.Length - 12}: needs 12 bytes, the file ends at {bytes.Length - 1}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_UnknownStorageType_NamesTensorAndType()
    {
        var bytes = new GgufWriter().Tensor("w", [256], type: 10, new byte[84]).ToArray();

        var error = Assert.Throws<MeshException>(() => Open(bytes));

        Assert.Equal(ErrorKind.Unimplemented, error.Kind);
        Assert.Contains("tensor 'w'", error.Message, StringComparison.Ordinal);
        Assert.Contains("type 10", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(new long[] { 1L << 62, 1L << 62, 1L << 62, 1L << 62 }, "the file ends at")]
    [InlineData(new long[] { -1, 32 }, "negative")]
    [InlineData(new long[] { 33 }, "no whole number of Q8_0 blocks")]
    public void Open_ImpossibleShape_IsDataLoss(long[] shape, string message)
    {
        var bytes = new GgufWriter().Tensor("w", shape, type: 8, new byte[34]).ToArray();

        var error = Assert.Throws<MeshException>(() => Open(bytes));

        Assert.Equal(ErrorKind.DataLoss, error.Kind);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_SameNameTwice_IsDataLoss()
    {
        var bytes = new GgufWriter().Tensor("w", [1], [1]).Tensor("w", [1], [2]).ToArray();

        var error = Assert.Throws<MeshException>(() => Open(bytes));

        Assert.Contains("occurs twice", error.Message, StringComparison.Ordinal);
    }

    private static GgufFile Open(byte[] bytes)
    {
        using var folder = new TemporaryFolder();
        return GgufFile.Open(folder.Write("model.gguf", bytes));
    }

    private static void AssertTensor(GgufFile file, JsonElement expected)
    {
        var info = file.Tensors[expected.GetProperty("name").GetString()!];
        var values = new float[info.Count];
        file.Read(info.Name, values);

        Assert.Equal(expected.GetProperty("type").GetString(), info.Type.ToString());
        Assert.Equal(expected.GetProperty("shape").EnumerateArray().Select(length => length.GetInt64()), info.Shape);
        foreach (var sample in expected.GetProperty("samples").EnumerateArray())
        {
            // De-quantisation is defined bit for bit; the fixture prints every digit of a double.
            Assert.Equal((float)sample[1].GetDouble(), values[sample[0].GetInt32()]);
        }

        double sum = 0, absolute = 0;
        foreach (var value in values)
        {
            sum += value;
            absolute += Math.Abs((double)value);
        }

        // Sums were taken in double over the same fp32 values; only the order of summation may differ.
        Assert.Equal(expected.GetProperty("sum").GetDouble(), sum, 1e-6);
        Assert.Equal(expected.GetProperty("abs_sum").GetDouble(), absolute, 1e-5);
    }
}
