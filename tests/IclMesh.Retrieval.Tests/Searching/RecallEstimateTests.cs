using IclMesh.Retrieval.Core.Searching;

namespace IclMesh.Retrieval.Tests.Searching;

public sealed class RecallEstimateTests
{
    [Fact]
    public void Of_TenPerfectChecks_LeavesRoomBelow()
    {
        var estimate = RecallEstimate.Of([.. Enumerable.Repeat(1.0, 10)]);

        // n / (n + z²), the end of Wilson's interval for ten of ten.
        Assert.Equal((1.0, 1.0, 10), (estimate.Recall, estimate.Upper, estimate.Checks));
        Assert.Equal(10 / (10 + (1.959963984540054 * 1.959963984540054)), estimate.Lower, 1e-12);
    }

    [Fact]
    public void Of_HalfFound_IsSymmetric()
    {
        var estimate = RecallEstimate.Of([0.25, 0.75, 0.5, 0.5]);

        Assert.Equal(0.5, estimate.Recall);
        Assert.Equal(1, estimate.Lower + estimate.Upper, 1e-12);
        Assert.InRange(estimate.Upper - estimate.Lower, 0.1, 0.9);
    }

    [Fact]
    public void And_TwoLists_IsAsGoodAsTheWorse()
    {
        var exact = new SearchReport(Exact: true, 5, 2, 7);
        var good = new SearchReport(Exact: false, 100, 8, 7) { Recall = RecallEstimate.Of([1.0]) };
        var bad = good with { Recall = RecallEstimate.Of([0.5]), Starved = true };

        Assert.Equal(exact with { Visited = 105, Rescored = 10, Exact = false, Recall = good.Recall }, exact.And(good));
        Assert.Equal((0.5, true), (good.And(bad).Recall!.Recall, bad.And(good).Starved));
        Assert.Equal(0.5, bad.And(good).Recall!.Recall);
    }
}
