using IclMesh.Inference.Core;
using IclMesh.Inference.Engine.Families;
using IclMesh.Inference.Engine.Graphs;
using IclMesh.Inference.Engine.Precisions;
using IclMesh.Inference.Engine.Sessions;
using IclMesh.Inference.ModelFiles.Opening;
using IclMesh.Inference.Tests.Models;
using IclMesh.Testing;

namespace IclMesh.Inference.Tests.Families;

public sealed class ResidualRotationTests(TinyModelFixture models) : IClassFixture<TinyModelFixture>
{
    // The same function in another order of sums: a few units in the last place of values near 5, as for any other order. A mistake is of the order of 1.
    private const float Tolerance = 1e-4f;
    private static readonly int[] Tokens = [.. Enumerable.Range(0, 40).Select(i => (i * 37 % 95) + 32)];

    [Theory]
    [InlineData(7)]
    [InlineData(48)]
    [InlineData(64)]
    [InlineData(576)]
    public void TurnOutputs_OfTheIdentity_IsOrthogonal(int width)
    {
        var matrix = Rotation(width);

        for (var i = 0; i < width; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                var product = System.Numerics.Tensors.TensorPrimitives.Dot<float>(matrix.AsSpan(i * width, width), matrix.AsSpan(j * width, width));
                Assert.Equal(i == j ? 1 : 0, product, 1e-5f);
            }
        }
    }

    [Fact]
    public void TurnOutputs_OneLargeChannel_SpreadsItOverAll()
    {
        const int Width = 576;
        var column = new float[Width];
        column[17] = 1;

        new ResidualRotation(Width).TurnOutputs(column);

        // An even spread would be 1/24 each; the cosine transform leaves up to the root of two more.
        Assert.True(column.Max(MathF.Abs) < 1.5f / 24);
    }

    [Fact]
    public void TurnInputs_WithGains_IsTheProductWithTheTurnedStream()
    {
        const int Width = 48, Outputs = 5;
        var random = new Random(1);
        float[] Draw(int count) => [.. Enumerable.Range(0, count).Select(_ => random.NextSingle() - 0.5f)];
        var (weights, gains, stream) = (Draw(Outputs * Width), Draw(Width), Draw(Width));
        float[] turnedWeights = [.. weights], turnedStream = [.. stream];

        var rotation = new ResidualRotation(Width);
        rotation.TurnInputs(turnedWeights, gains);
        rotation.TurnOutputs(turnedStream);

        for (var output = 0; output < Outputs; output++)
        {
            var expected = Enumerable.Range(0, Width).Sum(i => weights[(output * Width) + i] * gains[i] * stream[i]);
            var actual = Enumerable.Range(0, Width).Sum(i => turnedWeights[(output * Width) + i] * turnedStream[i]);
            Assert.Equal(expected, actual, 1e-5f);
        }
    }

    [Theory]
    [InlineData("fp32", false)]
    [InlineData("int4", false)]
    [InlineData("int8", true)]
    [InlineData("int8row", true)]
    public void Write_ByPrecision_RotatesAndKeepsProjectionsInFp32(string precision, bool reducedAndRotated)
    {
        var weights = Weights(LinearWriters.Find(precision));

        Assert.Equal(reducedAndRotated, weights.Contains(ResidualRotation.MatrixName));
        Assert.Equal(reducedAndRotated, weights.Contains("model.layers.0.self_attn.qkv_proj.turned.rows"));
        Assert.Equal(precision == "int8row", weights.Contains("model.layers.0.mlp.down_proj.weight.turned.rows"));
        Assert.Equal(weights.Count, weights.Distinct().Count());
    }

    [Fact]
    public void Run_RotatedInFp32_EqualsTheUnrotatedModel() => AssertSame(models.Llama);

    [Theory]
    [InlineData("tiny-llama3")]
    [InlineData("tiny-qwen2")]
    [InlineData("tiny-qwen3")]
    public void Run_RotatedFamiliesInFp32_EqualTheUnrotatedModel(string name) => AssertSame(SharedData.Find("golden", name));

    private void AssertSame(string folder)
    {
        Assert.Contains(ResidualRotation.MatrixName, Weights(new RotatedFullPrecision()));
        using var source = ModelSources.Open(folder);
        using var plain = OnnxTransformerModel.Load(source, models.Settings, new FullPrecision(), TestContext.Current.CancellationToken);
        using var turned = OnnxTransformerModel.Load(source, models.Settings, new RotatedFullPrecision(), TestContext.Current.CancellationToken);
        using var plainBuffer = plain.CreateBuffer(64);
        using var turnedBuffer = turned.CreateBuffer(64);
        int[] rows = [3, Tokens.Length - 1];
        var pass = new ForwardPass { Tokens = Tokens, Past = 0, LogitRows = rows, HiddenRows = rows, AttentionRows = rows };

        using var expected = plain.Run(pass, plainBuffer, TestContext.Current.CancellationToken);
        using var actual = turned.Run(pass, turnedBuffer, TestContext.Current.CancellationToken);

        for (var row = 0; row < rows.Length; row++)
        {
            AssertClose(expected.Logits(row), actual.Logits(row));
            for (var layer = 0; layer <= plain.Configuration.Layers; layer++)
            {
                AssertClose(expected.Hidden(layer, row), actual.Hidden(layer, row));
            }

            for (var head = 0; head < plain.Configuration.Heads; head++)
            {
                AssertClose(expected.Attention(1, head, row), actual.Attention(1, head, row));
            }
        }
    }

    private List<string> Weights(ILinearWriter writer)
    {
        using var source = ModelSources.Open(models.Llama);
        var graph = new DecoderGraph(source, writer);
        DecoderFamilies.Write(graph);
        return [.. graph.Graph.Weights.Select(weight => weight.Name)];
    }

    private static float[] Rotation(int width)
    {
        var matrix = new float[width * width];
        for (var i = 0; i < width; i++)
        {
            matrix[(i * width) + i] = 1;
        }

        new ResidualRotation(width).TurnOutputs(matrix);
        return matrix;
    }

    private static void AssertClose(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var index = 0; index < expected.Length; index++)
        {
            Assert.Equal(expected[index], actual[index], Tolerance);
        }
    }

    /// <summary>fp32, rotated as the reduced precisions are.</summary>
    private sealed class RotatedFullPrecision : ILinearWriter
    {
        private readonly FullPrecision full = new();

        public string Name => "rotated";

        public bool WantsRotation => true;

        public string Write(GraphWriter graph, string x, LinearSpec spec) => full.Write(graph, x, spec);

        public string WriteHead(GraphWriter graph, string x, LinearSpec spec) => full.WriteHead(graph, x, spec);
    }
}
