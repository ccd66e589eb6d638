using IclMesh.Inference.Core.Models;
using IclMesh.Inference.Core.Prompting;
using IclMesh.Inference.Core.Scheduling;
using IclMesh.Inference.Core.Scoring;
using IclMesh.Inference.ModelFiles.Opening;
using IclMesh.Inference.Tests.Models;

namespace IclMesh.Inference.Tests.Scoring;

public sealed class PackedScorerTests(TinyModelFixture models) : IClassFixture<TinyModelFixture>
{
    // Packed rows see the same keys in another order of summation.
    private const double Tolerance = 2e-5;
    private static readonly AttentionPooling[] Poolings = [AttentionPooling.Max, AttentionPooling.Tail];

    [Theory]
    [InlineData("tiny-llama")]
    [InlineData("tiny-own")]
    public async Task Score_WaitingTogether_IsPackedAndEqualsEachAlone(string name)
    {
        await using var workers = new WorkerPool(1);
        using var packed = Load(name, workers);
        using var alone = Load(name, workers);
        ScoreCall[] calls = [.. Enumerable.Range(0, 6).Select(Call)];
        using var release = new ManualResetEventSlim();
        var blocker = workers.RunAsync(() => release.Wait(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken), Turn.Interactive, CancellationToken.None);
        var waiting = calls.Select(call => packed.ScoreAsync(call, CancellationToken.None)).ToArray();

        release.Set();
        var outcomes = await Task.WhenAll(waiting);

        await blocker;
        Assert.Equal(5, outcomes.Count(outcome => outcome.CachedTokens > 60));
        for (var index = 0; index < calls.Length; index++)
        {
            var expected = await alone.ScoreAsync(calls[index], CancellationToken.None);
            foreach (var (a, b) in expected.Choices.Zip(outcomes[index].Choices))
            {
                Assert.Equal(a.LogProbability, b.LogProbability, Tolerance);
            }

            foreach (var (a, b) in expected.Attention.Zip(outcomes[index].Attention))
            {
                Assert.Equal(a.Length, b.Length);
                Assert.All(a.Zip(b), pair => Assert.Equal(pair.First, pair.Second, Tolerance));
            }
        }
    }

    [Fact]
    public async Task Score_Unconditional_SubtractsTheScoreAfterNothing()
    {
        await using var workers = new WorkerPool(1);
        using var model = Load("tiny-llama", workers);
        var call = Call(1) with { Normalization = ScoreNormalization.Unconditional, UnconditionalContext = "Out:" };

        var outcome = await model.ScoreAsync(call, CancellationToken.None);

        var nothing = await model.ScoreAsync(new() { Segments = [new(SegmentKind.Query, "Out:")], Choices = call.Choices }, CancellationToken.None);
        var differences = outcome.Choices.Zip(nothing.Choices, (a, b) => Math.Exp(a.LogProbability - b.LogProbability)).ToArray();
        for (var index = 0; index < differences.Length; index++)
        {
            Assert.Equal(nothing.Choices[index].LogProbability, outcome.Choices[index].Unconditional!.Value, Tolerance);
            Assert.Equal(differences[index] / differences.Sum(), outcome.Probabilities[index], 1e-4);
        }
    }

    [Fact]
    public async Task Score_Channel_ScoresTheQueryGivenEachChoice()
    {
        await using var workers = new WorkerPool(1);
        using var model = Load("tiny-llama", workers);
        PromptSegment[] context = [new(SegmentKind.Instruction, "Out: no In: bad\n")];
        string[] choices = ["Out: yes In:", "Out: no In:"];

        var outcome = await model.ScoreAsync(
            new() { Segments = [.. context, new(SegmentKind.Query, " fine")], Choices = choices, Channel = true }, CancellationToken.None);

        for (var index = 0; index < choices.Length; index++)
        {
            var direct = await model.ScoreAsync(
                new() { Segments = [.. context, new(SegmentKind.Query, choices[index])], Choices = [" fine"] }, CancellationToken.None);
            Assert.Equal(direct.Choices[0].LogProbability, outcome.Choices[index].LogProbability, Tolerance);
            Assert.Equal(5, outcome.Choices[index].Tokens.Count);
        }
    }

    private static ScoreCall Call(int index) => new()
    {
        Segments =
        [
            new(SegmentKind.Instruction, "Judge the texts, one after the other, as they come.\n"),
            new(SegmentKind.DemonstrationInput, "In: bad Out:", "a"),
            new(SegmentKind.DemonstrationLabel, " no", "a"),
            new(SegmentKind.Separator, "\n", "a"),
            new(SegmentKind.Query, $"{new string('x', index + 1)}{index} Out:"),
        ],
        Choices = [" no", " yes", " yesterday"],
        Poolings = Poolings,
    };

    private LanguageModel Load(string name, WorkerPool workers) => LanguageModel.Load(
        ModelSources.Open(Path.Combine(models.Folder, name)), models.Engine, models.Serving, workers, TimeProvider.System, CancellationToken.None);
}
