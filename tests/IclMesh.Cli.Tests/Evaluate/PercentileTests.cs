namespace IclMesh.Cli.Tests.Evaluate;

public sealed class PercentileTests
{
    [Theory]
    [InlineData(1, 0.95, 1)]
    [InlineData(10, 0.95, 10)]
    [InlineData(20, 0.95, 19)]
    [InlineData(4, 0.5, 2)]
    [InlineData(5, 0.5, 3)]
    [InlineData(100, 1, 100)]
    public void Of_CountedValues_IsTheNearestRank(int count, double share, double expected) =>
        Assert.Equal(expected, Percentile.Of([.. Enumerable.Range(1, count).Select(value => (double)value)], share));

    [Fact]
    public void Of_NoValues_IsRefused() => Assert.Throws<ArgumentOutOfRangeException>(() => Percentile.Of([], 0.5));
}
