using IclMesh.Inference.Core.Capturing;
using IclMesh.Inference.Core.Models;
using IclMesh.Inference.Core.Prompting;
using IclMesh.Inference.Core.Scheduling;
using IclMesh.Inference.ModelFiles.Configuration;
using IclMesh.Inference.ModelFiles.Opening;
using IclMesh.Inference.Tests.Models;

namespace IclMesh.Inference.Tests.Capturing;

public sealed class CaptureTests(TinyModelFixture models) : IClassFixture<TinyModelFixture>
{
    private const double Tolerance = 2e-5;
    private static readonly string Text = string.Concat(Enumerable.Range(0, 300).Select(i => (char)('a' + (i * 11 % 26))));

    [Fact]
    public async Task Capture_FullAttention_RowsSumToOneAndSeeNoFuture()
    {
        var blocks = await Run(new() { Segments = Segments(Text), Attention = new() });

        Assert.Equal(2 * 300, blocks.Sum(block => block.Positions.Count));
        foreach (var block in blocks)
        {
            Assert.Equal([4, block.Positions.Count, 300], block.Shape);
            for (var row = 0; row < 4 * block.Positions.Count; row++)
            {
                var position = block.Positions[row % block.Positions.Count];
                var weights = block.Numbers.AsSpan(row * 300, 300);
                Assert.Equal(1, weights[..(position + 1)].ToArray().Sum(), Tolerance);
                Assert.All(weights[(position + 1)..].ToArray(), weight => Assert.Equal(0f, weight));
            }
        }
    }

    [Fact]
    public async Task Capture_ChosenSites_EqualThePlainReference()
    {
        using var source = ModelSources.Open(models.Llama);
        var reference = new PlainDecoder(source).Run([.. source.Tokenizer.Encode(Text).Select(token => token.Id)]);

        var blocks = await Run(new()
        {
            Segments = Segments(Text),
            Attention = new() { Layers = [1], Heads = [2], Positions = [-1] },
            Hidden = new() { Layers = [0, 1, 2], Positions = [299] },
        });

        var attention = Assert.Single(blocks, block => block.Kind == CaptureKind.Attention);
        Assert.Equal([1, 1, 300], attention.Shape);
        AssertClose(reference.LastAttention[(1 * 4) + 2], attention.Numbers);
        foreach (var layer in (int[])[0, 1, 2])
        {
            AssertClose(reference.LastHidden[layer], Assert.Single(blocks, block => block.Kind == CaptureKind.Hidden && block.Layer == layer).Numbers);
        }
    }

    [Fact]
    public async Task Capture_KeysBeforeRotation_RotateToTheKeys()
    {
        var site = new CaptureSite { Layers = [1], Heads = [1], Positions = [7] };
        using var source = ModelSources.Open(models.Llama);

        var blocks = await Run(new() { Segments = Segments(Text), Keys = site, PlainKeys = site, Values = site });

        var rotated = blocks.Single(block => block.Kind == CaptureKind.Keys).Numbers;
        RotaryTable.Undo(source.Configuration.Rotary!, 7, rotated);
        AssertClose([.. blocks.Single(block => block.Kind == CaptureKind.PlainKeys).Numbers.Select(number => (double)number)], rotated);
        Assert.Equal([1, 1, 16], blocks.Single(block => block.Kind == CaptureKind.Values).Shape);
    }

    [Fact]
    public async Task Capture_Lens_ReadsTheStreamThroughFinalNormAndHead()
    {
        using var model = models.Load(models.Llama);

        var blocks = await Run(new() { Segments = Segments("abc"), Hidden = new() { Positions = [-1] }, Lens = new() { Positions = [-1] }, LensTop = 3 });

        foreach (var lens in blocks.Where(block => block.Kind == CaptureKind.Lens))
        {
            var logits = model.ReadLogits(blocks.Single(block => block.Kind == CaptureKind.Hidden && block.Layer == lens.Layer).Numbers);
            Assert.Equal(3, lens.Readings[0].Count);
            Assert.Equal(Array.IndexOf(logits, logits.Max()), lens.Readings[0][0].Id);
        }
    }

    [Theory]
    [InlineData("attention.layers[0]")]
    [InlineData("attention.heads[0]")]
    [InlineData("attention.positions[1]")]
    public async Task Capture_SiteThatDoesNotExist_IsNamed(string field)
    {
        var site = field switch
        {
            "attention.layers[0]" => new CaptureSite { Layers = [2] },
            "attention.heads[0]" => new() { Heads = [-1] },
            _ => new() { Positions = [0, -4] },
        };

        var error = await Assert.ThrowsAsync<MeshException>(() => Run(new() { Segments = Segments("abc"), Attention = site }));

        Assert.Equal(field, Assert.Single(error.Violations).Field);
    }

    [Fact]
    public async Task Capture_LargerThanAllowed_SaysHowLarge()
    {
        var error = await Assert.ThrowsAsync<MeshException>(() => Run(new() { Segments = Segments("abcd"), Attention = new() }, limit: 511));

        Assert.Equal((ErrorKind.ResourceExhausted, "511", "512"), (error.Kind, error.Metadata["limit"], error.Metadata["actual"]));
    }

    [Fact]
    public async Task Capture_CallerLeaves_GivesPlaceAndBufferBack()
    {
        await using var workers = new WorkerPool(1);
        using var model = Load(workers);
        using var caller = new CancellationTokenSource();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            using var recording = await model.CaptureAsync(new() { Segments = Segments(Text), Attention = new() }, caller.Token);
            Assert.Equal(1, model.Calls);
            await foreach (var block in recording.Blocks)
            {
                await caller.CancelAsync();
            }
        });

        Assert.Equal(0, model.Calls);
    }

    private async Task<List<CaptureBlock>> Run(CaptureCall call, long limit = 1 << 30)
    {
        await using var workers = new WorkerPool(1);
        using var model = LanguageModel.Load(
            ModelSources.Open(models.Llama), models.Engine, models.Serving with { CaptureBytes = limit }, workers, TimeProvider.System, CancellationToken.None);
        var blocks = new List<CaptureBlock>();
        using var recording = await model.CaptureAsync(call, CancellationToken.None);
        await foreach (var block in recording.Blocks)
        {
            blocks.Add(block);
        }

        return blocks;
    }

    private LanguageModel Load(WorkerPool workers) =>
        LanguageModel.Load(ModelSources.Open(models.Llama), models.Engine, models.Serving, workers, TimeProvider.System, CancellationToken.None);

    private static PromptSegment[] Segments(string text) => [new(SegmentKind.Query, text)];

    private static void AssertClose(double[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, Tolerance));
    }
}
