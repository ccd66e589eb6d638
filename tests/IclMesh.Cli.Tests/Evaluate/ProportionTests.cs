using IclMesh.Cli.Evaluate;

namespace IclMesh.Cli.Tests.Evaluate;

public sealed class ProportionTests
{
    /// <summary>Expected values: the interval's formula evaluated in Python.</summary>
    [Theory]
    [InlineData(0, 10, 0, 0.2775)]
    [InlineData(5, 10, 0.2366, 0.7634)]
    [InlineData(248, 400, 0.5715, 0.6662)]
    public void Interval_KnownCases_AreWilsons(int hits, int total, double low, double high)
    {
        var proportion = new Proportion(hits, total);

        Assert.Equal(low, proportion.Low, 4);
        Assert.Equal(high, proportion.High, 4);
    }
}
