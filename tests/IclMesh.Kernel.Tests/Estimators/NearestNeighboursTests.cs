namespace IclMesh.Kernel.Tests.Estimators;

public sealed class NearestNeighboursTests
{
    private static readonly DenseMatrix Features = new([0, 1, -1, 1, 5], 5, 1);
    private static readonly DenseMatrix Labels = DenseMatrix.OneHot([0, 1, 2, 3, 4], 5);

    [Fact]
    public void Find_EqualDistances_AreOrderedByIndex()
    {
        var (rows, distances) = NearestNeighbours.Find(3, NeighbourMetric.Euclidean, [0.0], Features);

        Assert.Equal([0, 1, 2], rows);
        Assert.Equal([0, 1, 1], distances);
    }

    [Fact]
    public void Predict_NeighbourAtDistanceZero_TakesEverything()
    {
        var prediction = NearestNeighbours.Predict(
            4, NeighbourMetric.Euclidean, NeighbourWeights.Distance, new([1], 1, 1), Features, Labels, cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal([0, 0.5, 0, 0.5, 0], prediction.Values);
    }

    [Fact]
    public void Predict_KernelWeights_AreTheKernelAmongNeighbours()
    {
        var spec = KernelSpec.FromBandwidth(KernelKind.Rbf, 1);

        var prediction = NearestNeighbours.Predict(
            2, NeighbourMetric.Euclidean, NeighbourWeights.Kernel, new([0], 1, 1), Features, Labels, spec, cancellationToken: TestContext.Current.CancellationToken);

        var near = 1 / (1 + Math.Exp(-0.5));
        Near.Equal([near, 1 - near, 0, 0, 0], prediction.Values, relative: 1e-12);
    }

    [Fact]
    public void Predict_AsManyNeighboursAsRows_GivesTheMean_OneMoreIsRefused()
    {
        DenseMatrix Predict(int k) => NearestNeighbours.Predict(
            k, NeighbourMetric.Euclidean, NeighbourWeights.Uniform, new([0], 1, 1), Features, Labels, cancellationToken: TestContext.Current.CancellationToken);

        Near.Equal([0.2, 0.2, 0.2, 0.2, 0.2], Predict(5).Values, relative: 1e-12);
        Assert.Throws<ArgumentOutOfRangeException>(() => Predict(6));
    }
}
