using Grpc.Core;
using IclMesh.Kernel.V1;
using IclMesh.Kernel.Verification;
using NeighbourMetric = IclMesh.Kernel.V1.NeighbourMetric;

namespace IclMesh.Kernel.Tests.Host;

public sealed class RegressionRulesTests(KernelHost kernel) : IClassFixture<KernelHost>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string, Action<RunRegressionRequest>> BrokenRegressions => new()
    {
        { "data", r => r.FeatureData = null },
        { "labels", r => r.Labels = null },
        { "labels.rows", r => r.Labels = Samples(2, 1, 0, 1) },
        { "feature_data.features.fp64.rows", r => r.FeatureData.Features = Samples(0, 1) },
        { "feature_data.queries.fp64.rows", r => r.FeatureData.Queries = Samples(0, 1) },
        { "feature_data.queries.columns", r => r.FeatureData.Queries = Samples(1, 2, 0, 0) },
        { "feature_data.features.fp64.values", r => r.FeatureData.Features = Samples(3, 1, 0, double.NaN, 2) },
        { "feature_data.queries.fp64.values", r => r.FeatureData.Queries = Samples(1, 1, double.PositiveInfinity) },
        { "kernel.bandwidth", r => r.Kernel = new() { Bandwidth = 0 } },
        { "kernel.gamma", r => r.Kernel = new() { Gamma = -1 } },
        { "kernel.degree", r => r.Kernel = new() { Degree = 0 } },
        { "kernel.function", r => r.Kernel = new() { Function = (KernelFunction)99 } },
        { "kernel_ridge.ridge", r => r.KernelRidge = new() { Ridge = -1e-9 } },
        { "nearest_neighbours.k", r => r.NearestNeighbours = new() { K = 4 } },
        { "nearest_neighbours.k", r => r.NearestNeighbours = new() { K = 0 } },
        { "wild_bootstrap.replicates", r => r.WildBootstrap = new() { Replicates = 1, Level = 0.9 } },
        { "wild_bootstrap.level", r => r.WildBootstrap = new() { Replicates = 10, Level = 1 } },
    };

    [Theory]
    [MemberData(nameof(BrokenRegressions))]
    public async Task RunRegression_BrokenField_IsNamed(string field, Action<RunRegressionRequest> breakIt)
    {
        var request = Request();
        breakIt(request);

        await RpcAssert.RefusesAsync(field, () => kernel.Client.RunRegressionAsync(request, cancellationToken: Token).ResponseAsync);
    }

    [Fact]
    public async Task RunRegression_DivergenceOfNoDistributions_NamesTheRow()
    {
        var request = Request();
        request.NearestNeighbours = new() { K = 1, Metric = NeighbourMetric.KullbackLeibler };
        request.FeatureData.Queries = Samples(1, 1, 1);

        var description = await RpcAssert.RefusesAsync(
            "feature_data.features", () => kernel.Client.RunRegressionAsync(request, cancellationToken: Token).ResponseAsync);

        Assert.StartsWith("row 0", description, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunRegression_NeighboursAtTheLimit_Work()
    {
        var request = Request();
        request.NearestNeighbours = new() { K = 3 };

        var response = await kernel.Client.RunRegressionAsync(request, cancellationToken: Token);

        Assert.Equal(2.0 / 3, response.Predictions.Values()[0], 1e-12);
    }

    [Fact]
    public async Task RunRegression_OneClassOnly_PredictsIt()
    {
        var request = Request();
        request.Labels = Samples(3, 1, 1, 1, 1);

        var response = await kernel.Client.RunRegressionAsync(request, cancellationToken: Token);

        Assert.Equal([1], response.Predictions.Values());
    }

    [Fact]
    public async Task RunRegression_MillionsOfQueries_AreRefusedByTheirSize()
    {
        await using var small = await InProcessHost.StartAsync(b => b.AddKernel(), a => a.MapKernel(), ("Kernel:MaxBytes", "100"));

        var info = await RpcAssert.FailsAsync(StatusCode.ResourceExhausted, ErrorReasons.ProblemTooLarge, () =>
            new KernelService.KernelServiceClient(small.Channel).RunRegressionAsync(Request(), cancellationToken: Token).ResponseAsync);

        Assert.Equal("100", info.Metadata["limit"]);
    }

    [Fact]
    public async Task SelectBandwidth_BrokenFields_AreNamed()
    {
        Task Call(Action<SelectBandwidthRequest> breakIt)
        {
            var request = new SelectBandwidthRequest { Features = Samples(3, 1, 0, 1, 2), Labels = Samples(3, 1, 0, 1, 1) };
            breakIt(request);
            return kernel.Client.SelectBandwidthAsync(request, cancellationToken: Token).ResponseAsync;
        }

        await Call(_ => { });
        await RpcAssert.RefusesAsync("function", () => Call(r => r.Function = KernelFunction.Cosine));
        await RpcAssert.RefusesAsync("range.high", () => Call(r => r.Range = new() { Low = 2, High = 1 }));
        await RpcAssert.RefusesAsync("list.bandwidths[0]", () => Call(r => r.List = new() { Bandwidths = { 0 } }));
        await RpcAssert.RefusesAsync("list.bandwidths", () => Call(r => r.List = new() { Bandwidths = { 2, 1 } }));
        await RpcAssert.RefusesAsync("folds", () => Call(r => r.Folds = 4));
        await RpcAssert.RefusesAsync("neighbours.counts[0]", () => Call(r => r.Neighbours = new() { Counts = { 2 } }));
    }

    [Fact]
    public async Task SelectKernel_LabelsThatAreNoDistributions_AreNamed()
    {
        var request = new SelectKernelRequest
        {
            Features = Samples(2, 1, 0, 1),
            Labels = Samples(2, 2, 1, 0.2, 0, 1),
            Kernels = { new V1.Kernel() },
        };

        await RpcAssert.RefusesAsync("labels", () => kernel.Client.SelectKernelAsync(request, cancellationToken: Token).ResponseAsync);
    }

    [Fact]
    public async Task PredictLabelSets_LabelOutOfRange_IsNamed()
    {
        var request = new PredictLabelSetsRequest { Features = Samples(2, 1, 0, 1), Queries = Samples(1, 1, 0), Labels = { 0, 2 }, Classes = 2 };

        await RpcAssert.RefusesAsync("labels[1]", () => kernel.Client.PredictLabelSetsAsync(request, cancellationToken: Token).ResponseAsync);
    }

    [Fact]
    public async Task SelectRidge_ThroughTheService_FindsTheCurve()
    {
        var request = new SelectRidgeRequest { Features = Samples(4, 1, 0, 1, 2, 3), Labels = Samples(4, 1, 0, 1, 2, 3), Ridges = { 0.1, 1 } };

        var response = await kernel.Client.SelectRidgeAsync(request, cancellationToken: Token);

        Assert.Equal(0.1, response.Best);
        Assert.Equal([0.1, 1], response.Curve.Select(point => point.Candidate));
    }

    private static Samples Samples(int rows, int columns, params double[] values) => WireValues.Samples(values, rows, columns, single: false);

    private static RunRegressionRequest Request() => new()
    {
        FeatureData = new() { Features = Samples(3, 1, 0, 1, 2), Queries = Samples(1, 1, 0.5) },
        Labels = Samples(3, 1, 0, 1, 1),
    };
}
