using IclMesh.Inference.Core.Caching;
using IclMesh.Inference.Core.Scoring;
using IclMesh.Inference.ModelFiles.Configuration;
using Microsoft.Extensions.Time.Testing;

namespace IclMesh.Inference.Tests.Scheduling;

public sealed class PackPlanTests
{
    [Theory]
    [InlineData(15, 1)]
    [InlineData(16, 2)]
    public void Choose_AroundTheLeastSharedPrefix_PacksOrNot(int shared, int expected)
    {
        ScoreJob[] waiting = [Job([.. Ones(shared), 2, 3]), Job([.. Ones(shared), 4, 5])];

        var batch = PackPlan.Choose(waiting[0], waiting);

        Assert.Equal(expected, batch.Count);
    }

    [Fact]
    public void Choose_ManyTails_StopsAtTheLimit()
    {
        ScoreJob[] waiting = [.. Enumerable.Range(0, 30).Select(i => Job([.. Ones(100), .. Enumerable.Repeat(2 + i, 30)]))];

        var batch = PackPlan.Choose(waiting[0], waiting);

        Assert.Equal(PackPlan.MostTail / 30, batch.Count);
        Assert.Equal(100, PackPlan.Common(batch));
    }

    [Fact]
    public void Choose_OneLongTail_RunsAlone()
    {
        ScoreJob[] waiting = [Job([.. Ones(50), .. Enumerable.Repeat(2, 300)]), Job([.. Ones(50), 3])];

        Assert.Single(PackPlan.Choose(waiting[0], waiting));
        Assert.Single(PackPlan.Choose(waiting[1], waiting));
    }

    [Fact]
    public void Choose_OnePromptBeginsTheOther_EachKeepsItsLastToken()
    {
        ScoreJob[] waiting = [Job(Ones(40)), Job([.. Ones(40), 2, 3])];

        var batch = PackPlan.Choose(waiting[0], waiting);

        Assert.Equal((2, 39), (batch.Count, PackPlan.Common(batch)));
    }

    [Fact]
    public void Take_PromptThatWaitedLong_GoesBeforeTheBetterCachedOne()
    {
        var time = new FakeTimeProvider();
        var queue = new ScoreQueue(new PrefixCache(Configuration, 0), time);
        var (old, young) = (Job([5, 6, 7], time.GetTimestamp()), Job([8, 9], time.GetTimestamp()));
        queue.Add(old);
        queue.Add(young);
        time.Advance(ScoreQueue.Patience + TimeSpan.FromMilliseconds(1));

        Assert.Same(old, Assert.Single(queue.Take()));
        Assert.Same(young, Assert.Single(queue.Take()));
        Assert.Empty(queue.Take());
    }

    [Fact]
    public void Take_CallerHasLeft_IsForgotten()
    {
        var queue = new ScoreQueue(new PrefixCache(Configuration, 0), TimeProvider.System);
        queue.Add(Job([1, 2], left: true));

        Assert.Empty(queue.Take());
    }

    private static readonly ModelConfiguration Configuration = new()
    {
        Family = ModelFamily.Llama,
        Layers = 1,
        HiddenSize = 2,
        Heads = 1,
        KeyValueHeads = 1,
        HeadSize = 2,
        FeedForwardSize = 2,
        VocabularySize = 10,
        ContextLength = 100,
        NormEpsilon = 1e-5f,
    };

    private static int[] Ones(int count) => [.. Enumerable.Repeat(1, count)];

    private static ScoreJob Job(int[] tokens, long queued = 0, bool left = false) =>
        new(new() { Tokens = tokens, Choices = [[1]] }, [], queued, new(left));
}
