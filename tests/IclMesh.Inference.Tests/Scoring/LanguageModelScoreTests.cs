using IclMesh.Inference.Core.Models;
using IclMesh.Inference.Core.Numerics;
using IclMesh.Inference.Core.Prompting;
using IclMesh.Inference.Core.Scheduling;
using IclMesh.Inference.Core.Scoring;
using IclMesh.Inference.ModelFiles.Opening;
using IclMesh.Inference.Tests.Models;

namespace IclMesh.Inference.Tests.Scoring;

public sealed class LanguageModelScoreTests(TinyModelFixture models) : IClassFixture<TinyModelFixture>
{
    // Runs of the same rows in other chunks differ by rounding only.
    private const double Tolerance = 2e-5;
    private static readonly string[] Choices = [" yes", " yesterday", " no", "n", " yet"];

    [Fact]
    public async Task Score_ChoicesOfSeveralTokens_EqualThePlainReference()
    {
        await using var workers = new WorkerPool(1);
        using var model = Load(workers);
        using var source = ModelSources.Open(models.Llama);

        var outcome = await model.ScoreAsync(Call(300, Choices), CancellationToken.None);

        foreach (var choice in outcome.Choices)
        {
            int[] all = [.. outcome.Prompt.Tokens, .. choice.Tokens.Select(token => token.Id)];
            var logits = new PlainDecoder(source).Run(all).Logits;
            for (var index = 0; index < choice.Tokens.Count; index++)
            {
                var row = logits[outcome.Prompt.Tokens.Length + index - 1];
                var expected = row[choice.Tokens[index].Id] - row.Max() - Math.Log(row.Sum(logit => Math.Exp(logit - row.Max())));
                Assert.Equal(expected, choice.Tokens[index].LogProbability, 1e-4);
                Assert.Equal(row.Max() == row[choice.Tokens[index].Id], choice.Tokens[index].Greedy);
            }
        }

        Assert.Equal(1, outcome.Probabilities.Sum(), 1e-12);
    }

    [Fact]
    public async Task Score_ManyLongChoices_EqualEachAlone()
    {
        await using var workers = new WorkerPool(1);
        using var together = Load(workers);
        using var alone = Load(workers);
        string[] choices = [.. Enumerable.Range(0, 12).Select(i => $" {new string('z', 40)}{new string((char)('a' + i), 60)}")];

        var outcome = await together.ScoreAsync(Call(480, choices), CancellationToken.None);

        foreach (var (choice, text) in outcome.Choices.Zip(choices))
        {
            var expected = (await alone.ScoreAsync(Call(480, [text]), CancellationToken.None)).Choices[0].LogProbability;

            // A hundred tokens add up.
            Assert.Equal(expected, choice.LogProbability, 20 * Tolerance);
        }
    }

    [Fact]
    public async Task Score_SecondRequestWithSharedPrefix_ReusesItAndAgrees()
    {
        await using var workers = new WorkerPool(1);
        using var warm = Load(workers);
        using var cold = Load(workers);
        await warm.ScoreAsync(Call(300, Choices, tail: "first"), CancellationToken.None);

        var reused = await warm.ScoreAsync(Call(300, Choices, tail: "other"), CancellationToken.None);

        var fresh = await cold.ScoreAsync(Call(300, Choices, tail: "other"), CancellationToken.None);
        Assert.Equal(0, fresh.CachedTokens);
        Assert.Equal(300, reused.CachedTokens);
        AssertSame(fresh, reused);
    }

    [Fact]
    public async Task Score_SamePromptAgain_RunsOnlyItsLastToken()
    {
        await using var workers = new WorkerPool(1);
        using var model = Load(workers);
        var first = await model.ScoreAsync(Call(300, Choices), CancellationToken.None);

        var second = await model.ScoreAsync(Call(300, Choices), CancellationToken.None);

        Assert.Equal(second.Prompt.Tokens.Length - 1, second.CachedTokens);
        AssertSame(first, second);
    }

    [Fact]
    public async Task Score_ManyAtOnce_EqualEachAlone()
    {
        await using var workers = new WorkerPool(2);
        using var busy = Load(workers);
        using var alone = Load(workers);
        ScoreCall[] calls = [.. Enumerable.Range(0, 24).Select(i => Call(20 + (i * 23 % 280), Choices, tail: $"query {i % 7}"))];

        var outcomes = await Task.WhenAll(calls.Select(call => busy.ScoreAsync(call, CancellationToken.None)));

        for (var index = 0; index < calls.Length; index++)
        {
            AssertSame(await alone.ScoreAsync(calls[index], CancellationToken.None), outcomes[index]);
        }
    }

    [Fact]
    public async Task Score_Attention_PoolsTheLastRowPerDemonstration()
    {
        await using var workers = new WorkerPool(1);
        using var model = Load(workers);
        using var source = ModelSources.Open(models.Llama);
        PromptSegment[] segments =
        [
            new(SegmentKind.DemonstrationInput, "In: bad Out:", "a"), new(SegmentKind.DemonstrationLabel, " no", "a"), new(SegmentKind.Separator, "\n", "a"),
            new(SegmentKind.DemonstrationInput, "In: good Out:", "b"), new(SegmentKind.DemonstrationLabel, " yes", "b"), new(SegmentKind.Separator, "\n", "b"),
            new(SegmentKind.Query, "In: fine Out:"),
        ];
        AttentionPooling[] poolings = [AttentionPooling.Max, AttentionPooling.Sum, AttentionPooling.Mean, AttentionPooling.Label, AttentionPooling.Tail];

        var outcome = await model.ScoreAsync(new() { Segments = segments, Choices = [" no"], Poolings = poolings }, CancellationToken.None);

        var reference = new PlainDecoder(source).Run(outcome.Prompt.Tokens).LastAttention;
        for (var head = 0; head < reference.Count; head++)
        {
            var row = reference[head];
            double[] a = row[..15], b = row[16..33];
            Assert.Equal(a.Max(), outcome.Attention[0][head * 2], 1e-6);
            Assert.Equal(b.Max(), outcome.Attention[0][(head * 2) + 1], 1e-6);
            Assert.Equal(a.Sum(), outcome.Attention[1][head * 2], 1e-6);
            Assert.Equal(b.Average(), outcome.Attention[2][(head * 2) + 1], 1e-6);
            Assert.Equal(row[12..15].Sum(), outcome.Attention[3][head * 2], 1e-6);
            Assert.Equal(row[29..34].Sum(), outcome.Attention[4][(head * 2) + 1], 1e-6);
        }
    }

    [Fact]
    public async Task Score_QueueFull_IsRefusedWithAHintWhenToComeBack()
    {
        await using var workers = new WorkerPool(1);
        using var source = ModelSources.Open(models.Llama);
        using var model = LanguageModel.Load(ModelSources.Open(models.Llama), models.Engine, models.Serving with { QueueLimit = 1 }, workers, TimeProvider.System, TestContext.Current.CancellationToken);
        using var release = new ManualResetEventSlim();
        var blocker = workers.RunAsync(() => release.Wait(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken), Turn.Interactive, CancellationToken.None);
        var waiting = model.ScoreAsync(Call(10, Choices), CancellationToken.None);

        var error = await Assert.ThrowsAsync<MeshException>(() => model.ScoreAsync(Call(10, Choices), CancellationToken.None));

        Assert.Equal((ErrorKind.ResourceExhausted, ErrorReasons.QueueFull), (error.Kind, error.Reason));
        Assert.NotNull(error.RetryAfter);
        release.Set();
        await blocker;
        await waiting;
        await model.ScoreAsync(Call(10, Choices), CancellationToken.None);
    }

    [Fact]
    public async Task Score_CallerLeftWhileWaiting_IsDroppedWithoutWork()
    {
        await using var workers = new WorkerPool(1);
        using var model = Load(workers);
        using var release = new ManualResetEventSlim();
        using var caller = new CancellationTokenSource();
        var blocker = workers.RunAsync(() => release.Wait(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken), Turn.Interactive, CancellationToken.None);
        var waiting = model.ScoreAsync(Call(10, Choices), caller.Token);

        await caller.CancelAsync();
        release.Set();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        await blocker;
        Assert.Equal(0, model.Calls);
        Assert.Equal(0, model.CacheBytes);
    }

    [Fact]
    public void Normalizer_LargeLogits_DoesNotOverflow() =>
        Assert.Equal(1000 + Math.Log(3000), LogSoftmax.Normalizer(Enumerable.Repeat(1000f, 3000).ToArray()), 1e-6);

    private static ScoreCall Call(int length, string[] choices, string tail = "query") => new()
    {
        Segments =
        [
            new(SegmentKind.Instruction, string.Concat(Enumerable.Range(0, length).Select(i => (char)('a' + (i * 7 % 26))))),
            new(SegmentKind.Query, tail),
        ],
        Choices = choices,
    };

    private static void AssertSame(ScoreOutcome expected, ScoreOutcome actual)
    {
        foreach (var (a, b) in expected.Choices.Zip(actual.Choices))
        {
            // Logits are fp32: what they lose grows with their size.
            Assert.Equal(a.LogProbability, b.LogProbability, Tolerance + (1e-6 * Math.Abs(a.LogProbability)));
            Assert.Equal(a.Greedy, b.Greedy);
        }
    }

    private LanguageModel Load(WorkerPool workers) =>
        LanguageModel.Load(ModelSources.Open(models.Llama), models.Engine, models.Serving, workers, TimeProvider.System, CancellationToken.None);
}
