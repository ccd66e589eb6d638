using IclMesh.Inference.Core.Models;
using IclMesh.Inference.Core.Scheduling;
using IclMesh.Inference.ModelFiles.Opening;
using IclMesh.Inference.Tests.Models;

namespace IclMesh.Inference.Tests.Embedding;

public sealed class SentenceEncoderTests(TinyModelFixture models) : IClassFixture<TinyModelFixture>
{
    [Fact]
    public async Task Embed_InAnyBatch_EqualsAloneToTheBit()
    {
        await using var workers = new WorkerPool(2);
        using var batched = Load(workers);
        using var alone = Load(workers);
        string[] texts = [.. Enumerable.Range(0, 40).Select(i => new string((char)('a' + (i % 26)), 1 + (i % 9)))];

        var outcome = await batched.EmbedAsync(texts, CancellationToken.None);

        for (var index = 0; index < texts.Length; index++)
        {
            Assert.Equal((await alone.EmbedAsync([texts[index]], CancellationToken.None)).Vectors[0], outcome.Vectors[index]);
            Assert.Equal(1, outcome.Vectors[index].Sum(value => (double)value * value), 1e-5);
        }
    }

    [Theory]
    [InlineData(30, false)]
    [InlineData(31, true)]
    public async Task Embed_AroundTheLimit_SaysWhatWasCut(int letters, bool cut)
    {
        await using var workers = new WorkerPool(1);
        using var encoder = Load(workers);

        var outcome = await encoder.EmbedAsync(["b", new string('a', letters)], CancellationToken.None);

        Assert.Equal(cut ? [1] : [], outcome.Truncated);
        Assert.Equal([3, letters + 2], outcome.TokenCounts);
    }

    [Fact]
    public async Task Embed_SameTextAgain_ComesFromTheCache()
    {
        await using var workers = new WorkerPool(1);
        using var encoder = Load(workers);
        var first = await encoder.EmbedAsync(["one", "two", "one"], CancellationToken.None);

        var second = await encoder.EmbedAsync(["two", "three"], CancellationToken.None);

        Assert.Equal(0, first.CachedTexts);
        Assert.Equal(first.Vectors[0], first.Vectors[2]);
        Assert.Equal(1, second.CachedTexts);
        Assert.Equal(first.Vectors[1], second.Vectors[0]);
    }

    private SentenceEncoder Load(WorkerPool workers) =>
        SentenceEncoder.Load(ModelSources.Open(models.Encoder), models.Engine, models.Serving, workers, TimeProvider.System, CancellationToken.None);
}
