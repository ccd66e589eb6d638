using IclMesh.Inference.Core.Generation;

namespace IclMesh.Inference.Tests.Generation;

public sealed class TokenSamplerTests
{
    private static readonly float[] Logits = [1, 3, 2, 0];
    private static readonly HashSet<int> Nothing = [];

    [Fact]
    public void Choose_TemperatureZero_TakesTheMostProbable() => Assert.Equal(1, new TokenSampler(new()).Choose(Logits, Nothing, null));

    [Fact]
    public void Choose_RepetitionPenalty_TurnsToAnotherToken() =>
        Assert.Equal(2, new TokenSampler(new() { RepetitionPenalty = 2 }).Choose(Logits, new HashSet<int> { 1 }, null));

    [Fact]
    public void Choose_Allowed_TakesTheBestOfThem() => Assert.Equal(0, new TokenSampler(new()).Choose(Logits, Nothing, [0, 3]));

    [Fact]
    public void Choose_Temperature_FollowsTheSoftmax()
    {
        var sampler = new TokenSampler(new() { Temperature = 0.7f, Seed = 3 });
        var counts = new int[4];
        const int Draws = 40_000;
        for (var draw = 0; draw < Draws; draw++)
        {
            counts[sampler.Choose(Logits, Nothing, null)]++;
        }

        var weights = Logits.Select(logit => Math.Exp(logit / 0.7)).ToArray();
        for (var token = 0; token < 4; token++)
        {
            // Four standard deviations of a share over 40,000 draws are at most 0.01.
            Assert.Equal(weights[token] / weights.Sum(), (double)counts[token] / Draws, 0.01);
        }
    }

    [Theory]
    [InlineData(2, 1f, 0f, new[] { 1, 2 })]
    [InlineData(0, 0.7f, 0f, new[] { 1, 2 })]
    [InlineData(0, 0.6f, 0f, new[] { 1 })]
    [InlineData(0, 1f, 0.1f, new[] { 0, 1, 2 })]
    public void Choose_Narrowed_TakesOnlyWhatIsKept(int topK, float topP, float minP, int[] kept)
    {
        // Shares of the four tokens at temperature 1: .087, .644, .237, .032.
        var sampler = new TokenSampler(new() { Temperature = 1, TopK = topK, TopP = topP, MinP = minP, Seed = 5 });

        var seen = Enumerable.Range(0, 2000).Select(_ => sampler.Choose(Logits, Nothing, null)).Distinct().Order();

        Assert.Equal(kept, seen);
    }

    [Fact]
    public void Choose_SameSeed_SameTokens()
    {
        int[] Draw(int seed)
        {
            var sampler = new TokenSampler(new() { Temperature = 1, Seed = seed });
            return [.. Enumerable.Range(0, 50).Select(_ => sampler.Choose(Logits, Nothing, null))];
        }

        Assert.Equal(Draw(1), Draw(1));
        Assert.NotEqual(Draw(1), Draw(2));
    }
}
