using IclMesh.Inference.Core;
using IclMesh.Inference.ModelFiles.Opening;
using IclMesh.Inference.Tests.Models;

namespace IclMesh.Inference.Tests.Onnx;

public sealed class OnnxTransformerModelTests(TinyModelFixture models) : IClassFixture<TinyModelFixture>
{
    // fp32 through two small layers against fp64: a few units in the last place of values near 5. The order of sums depends on the
    // processor's vector width: 2.2e-5 was seen with AVX2, less with AVX-512. A mistake is of the order of 1e-2.
    private const double Tolerance = 5e-5;
    private static readonly int[] Tokens = [.. Enumerable.Range(0, 40).Select(i => (i * 37 % 95) + 32)];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("tiny-llama")]
    [InlineData("tiny-own")]
    public void Run_WholeSequence_EqualsPlainReference(string name)
    {
        using var model = models.Load(Path.Combine(models.Folder, name));
        using var source = ModelSources.Open(Path.Combine(models.Folder, name));
        var reference = new PlainDecoder(source).Run(Tokens);
        using var buffer = model.CreateBuffer(64);
        int[] last = [Tokens.Length - 1];

        using var result = model.Run(
            new() { Tokens = Tokens, Past = 0, LogitRows = [0, 17, 39], HiddenRows = last, AttentionRows = last }, buffer, Token);

        AssertClose(reference.Logits[0], result.Logits(0));
        AssertClose(reference.Logits[17], result.Logits(1));
        AssertClose(reference.Logits[39], result.Logits(2));
        var heads = model.Configuration.Heads;
        for (var head = 0; head < reference.LastAttention.Count; head++)
        {
            AssertClose(reference.LastAttention[head], result.Attention(head / heads, head % heads, 0));
        }

        for (var layer = 0; layer <= model.Configuration.Layers; layer++)
        {
            AssertClose(reference.LastHidden[layer], result.Hidden(layer, 0));
        }
    }

    [Theory]
    [InlineData("tiny-llama", 1)]
    [InlineData("tiny-llama", 13)]
    [InlineData("tiny-own", 13)]
    public void Run_InChunks_EqualsOneRun(string name, int chunk)
    {
        using var model = models.Load(Path.Combine(models.Folder, name));
        using var whole = model.CreateBuffer(Tokens.Length);
        using var parts = model.CreateBuffer(100);
        using var expected = model.Run(LastRow(Tokens, 0), whole, Token);

        ForwardResult? actual = null;
        for (var past = 0; past < Tokens.Length; past += chunk)
        {
            actual?.Dispose();
            actual = model.Run(LastRow(Tokens.AsMemory(past, Math.Min(chunk, Tokens.Length - past)), past), parts, Token);
        }

        AssertClose(expected.Logits(0), actual!.Logits(0));
        for (var head = 0; head < model.Configuration.Heads; head++)
        {
            AssertClose(expected.Attention(1, head, 0), actual.Attention(1, head, 0));
        }

        actual.Dispose();
    }

    [Theory]
    [InlineData("tiny-llama")]
    [InlineData("tiny-own")]
    public void Run_Forest_EqualsEachContinuationAlone(string name)
    {
        using var model = models.Load(Path.Combine(models.Folder, name));
        int[][] continuations = [[70, 71, 72], [70, 71, 90], [80]];
        using var shared = model.CreateBuffer(64);
        using (model.Run(LastRow(Tokens, 0), shared, Token))
        {
        }

        // 70 and 71 are shared: the second continuation branches off behind them.
        var pass = new ForwardPass
        {
            Tokens = new[] { 70, 71, 72, 90, 80 },
            Past = Tokens.Length,
            Parents = [-1, 0, 1, 1, -1],
            LogitRows = [2, 3, 4],
            AttentionRows = [3],
        };
        using var packed = model.Run(pass, shared, Token);

        for (var index = 0; index < continuations.Length; index++)
        {
            using var alone = model.CreateBuffer(64);
            int[] sequence = [.. Tokens, .. continuations[index]];
            using var expected = model.Run(LastRow(sequence, 0), alone, Token);
            AssertClose(expected.Logits(0), packed.Logits(index));
            if (index == 1)
            {
                // Its row sees the prompt, 70, 71 and itself; 72 stands between them in the pack and must get nothing.
                var row = packed.Attention(0, 0, 0);
                var own = expected.Attention(0, 0, 0);
                AssertClose(own[..42], row[..42]);
                Assert.Equal(0f, row[42]);
                AssertClose(own[42..43], row[43..44]);
            }
        }
    }

    [Fact]
    public void Run_NoRowsAskedFor_ReturnsNothingAndStillFillsTheBuffer()
    {
        using var model = models.Load(models.Llama);
        using var buffer = model.CreateBuffer(64);

        using var result = model.Run(new() { Tokens = Tokens, Past = 0 }, buffer, Token);

        Assert.Throws<ArgumentOutOfRangeException>(() => result.Logits(0).Length);
        Assert.Contains(buffer.Keys(1, 1)[..(40 * 16)].ToArray(), value => value != 0);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(257)]
    public void Run_TokenOutsideVocabulary_Throws(int token)
    {
        using var model = models.Load(models.Llama);
        using var buffer = model.CreateBuffer(8);

        Assert.Throws<ArgumentOutOfRangeException>(() => model.Run(new() { Tokens = new[] { token }, Past = 0 }, buffer, Token));
    }

    [Fact]
    public void Run_Cancelled_Throws()
    {
        using var model = models.Load(models.Llama);
        using var buffer = model.CreateBuffer(64);

        Assert.Throws<OperationCanceledException>(() => model.Run(LastRow(Tokens, 0), buffer, new CancellationToken(canceled: true)));
    }

    private static ForwardPass LastRow(ReadOnlyMemory<int> tokens, int past)
    {
        int[] row = [tokens.Length - 1];
        return new() { Tokens = tokens, Past = past, LogitRows = row, AttentionRows = row };
    }

    private static void AssertClose(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual) =>
        AssertClose(Array.ConvertAll(expected.ToArray(), value => (double)value), actual);

    private static void AssertClose(double[] expected, ReadOnlySpan<float> actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var index = 0; index < expected.Length; index++)
        {
            Assert.Equal(expected[index], actual[index], Tolerance);
        }
    }
}
