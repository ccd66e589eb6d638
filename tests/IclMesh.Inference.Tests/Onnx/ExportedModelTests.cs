using System.Text.Json;
using IclMesh.Inference.Core;
using IclMesh.Inference.Engine.Exported;
using IclMesh.Inference.Engine.Sessions;
using IclMesh.Inference.ModelFiles.Configuration;
using IclMesh.Inference.ModelFiles.Opening;
using IclMesh.Inference.Tests.Models;
using IclMesh.Testing;

namespace IclMesh.Inference.Tests.Onnx;

public sealed class ExportedModelTests(ExportedModelFixture models) : IClassFixture<ExportedModelFixture>
{
    // Two implementations in fp32 on logits near 1; the recorded ones are rounded to 1e-6. A mistake is of the order of 1e-2.
    private const double Tolerance = 2e-5;
    private static readonly JsonElement Expected = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(ExportedModelFixture.Source, "expected.json"))).RootElement;
    private static readonly int[] Tokens = [.. Expected.GetProperty("ids").EnumerateArray().Select(id => id.GetInt32())];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void Open_FolderWithAGraph_IsOnnxAndPrefersSafetensors()
    {
        using var exported = ModelSources.Open(models.Exported);
        using var own = ModelSources.Open(models.Own);

        Assert.Equal(("exported-llama", "onnx", ModelFamily.Llama), (exported.Name, exported.Format, exported.Configuration.Family));
        Assert.Equal(Path.Combine(models.Exported, "model.onnx"), exported.Graph);
        Assert.Equal(("huggingface", null), (own.Format, own.Graph));
        Assert.NotEqual(own.Identity.Version("fp32"), exported.Identity.Version("exported"));
    }

    [Theory]
    [InlineData(40)]
    [InlineData(7)]
    [InlineData(1)]
    public void Run_InChunks_EqualsPyTorch(int chunk)
    {
        using var model = Exported();
        using var buffer = model.CreateBuffer(50);
        var actual = new List<float[]>();
        for (var past = 0; past < Tokens.Length; past += chunk)
        {
            var part = Tokens.AsMemory(past, Math.Min(chunk, Tokens.Length - past));
            using var result = model.Run(new() { Tokens = part, Past = past, LogitRows = [.. Enumerable.Range(0, part.Length)] }, buffer, Token);
            actual.AddRange(Enumerable.Range(0, part.Length).Select(row => result.Logits(row).ToArray()));
        }

        var rows = Expected.GetProperty("rows").EnumerateArray().Select(row => row.GetInt32());
        foreach (var (row, expected) in rows.Zip(Expected.GetProperty("logits").EnumerateArray()))
        {
            AssertClose([.. expected.EnumerateArray().Select(value => value.GetSingle())], actual[row]);
        }
    }

    [Fact]
    public void Run_Forest_EqualsTheEnginesOwnGraph()
    {
        using var exported = Exported();
        using var own = Own();
        using var exportedBuffer = exported.CreateBuffer(64);
        using var ownBuffer = own.CreateBuffer(64);

        // Two branches behind a common stem, and one that follows the past directly.
        var forest = new ForwardPass { Tokens = new[] { 70, 71, 72, 90, 80 }, Past = Tokens.Length, Parents = [-1, 0, 1, 1, -1], LogitRows = [4, 1, 3, 2] };
        using var actual = Continue(exported, exportedBuffer, forest);
        using var expected = Continue(own, ownBuffer, forest);

        for (var index = 0; index < forest.LogitRows.Count; index++)
        {
            AssertClose(expected.Logits(index), actual.Logits(index));
        }

        for (var layer = 0; layer < own.Configuration.Layers; layer++)
        {
            var length = forest.Total * own.Configuration.HeadSize;
            AssertClose(ownBuffer.Keys(layer, 1)[..length], exportedBuffer.Keys(layer, 1)[..length]);
            AssertClose(ownBuffer.Values(layer, 0)[..length], exportedBuffer.Values(layer, 0)[..length]);
        }
    }

    [Fact]
    public void Run_AttentionOrHiddenRows_IsNotSupported()
    {
        using var model = Exported();
        using var buffer = model.CreateBuffer(50);

        Assert.Throws<NotSupportedException>(() => model.Run(new() { Tokens = Tokens, Past = 0, AttentionRows = [0] }, buffer, Token));
        Assert.Throws<NotSupportedException>(() => model.Run(new() { Tokens = Tokens, Past = 0, HiddenRows = [0] }, buffer, Token));
        Assert.Throws<NotSupportedException>(() => model.ReadLogits(new float[32]));
    }

    [Fact]
    public void Run_CancelledBefore_Stops()
    {
        using var model = Exported();
        using var buffer = model.CreateBuffer(50);

        Assert.ThrowsAny<OperationCanceledException>(() => model.Run(new() { Tokens = Tokens, Past = 0 }, buffer, new(canceled: true)));
    }

    [Theory]
    [InlineData("\"num_hidden_layers\": 2", "\"num_hidden_layers\": 3", "has no input 'past_key_values.2.key'")]
    [InlineData("\"num_hidden_layers\": 2", "\"num_hidden_layers\": 1", "asks for the input 'past_key_values.1.key'")]
    [InlineData("\"vocab_size\": 257", "\"vocab_size\": 300", "has output 'logits' of Single[")]
    [InlineData("\"head_dim\": 8", "\"head_dim\": 16", "has input 'past_key_values.0.key' of Single[")]
    public void Load_GraphOfAnotherModel_SaysWhatDisagrees(string from, string to, string message)
    {
        using var folder = new TemporaryFolder();
        Copy(folder);
        folder.Write("model/config.json", File.ReadAllText(Path.Combine(models.Exported, "config.json")).Replace(from, to, StringComparison.Ordinal));
        using var source = ModelSources.Open(Path.Combine(folder.Path, "model"));

        var error = Assert.Throws<MeshException>(() => ExportedModel.Load(source, new(models.Cache)));

        Assert.Equal(ErrorKind.Unimplemented, error.Kind);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.Contains("model.onnx", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_AsAGraphOfOurOwn_SaysWhyNot()
    {
        using var source = ModelSources.Open(models.Exported);

        var error = Assert.Throws<MeshException>(() => OnnxTransformerModel.Load(source, new(models.Cache), Token));

        Assert.Equal(ErrorKind.Unimplemented, error.Kind);
        Assert.Contains("runs as it is", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    [InlineData(100_000)]
    public void Load_TruncatedGraph_IsDataLoss(int length)
    {
        using var folder = new TemporaryFolder();
        Copy(folder);
        folder.Write("model/model.onnx", File.ReadAllBytes(Path.Combine(models.Exported, "model.onnx"))[..length]);
        using var source = ModelSources.Open(Path.Combine(folder.Path, "model"));

        Assert.Equal(ErrorKind.DataLoss, Assert.Throws<MeshException>(() => ExportedModel.Load(source, new(models.Cache))).Kind);
    }

    private static ForwardResult Continue(ITransformerModel model, KeyValueBuffer buffer, ForwardPass forest)
    {
        using (model.Run(new() { Tokens = Tokens, Past = 0 }, buffer, Token))
        {
        }

        return model.Run(forest, buffer, Token);
    }

    private static void AssertClose(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i], actual[i], Tolerance);
        }
    }

    private void Copy(TemporaryFolder folder)
    {
        foreach (var file in (string[])["config.json", "tokenizer.json", "model.onnx"])
        {
            folder.Write($"model/{file}", File.ReadAllBytes(Path.Combine(models.Exported, file)));
        }
    }

    private ExportedModel Exported()
    {
        using var source = ModelSources.Open(models.Exported);
        return ExportedModel.Load(source, new(models.Cache));
    }

    private OnnxTransformerModel Own()
    {
        using var source = ModelSources.Open(models.Own);
        return OnnxTransformerModel.Load(source, new(models.Cache), Token);
    }
}
