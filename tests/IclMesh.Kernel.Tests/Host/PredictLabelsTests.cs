using Grpc.Core;
using IclMesh.Kernel.V1;

namespace IclMesh.Kernel.Tests.Host;

public sealed class PredictLabelsTests(KernelHost kernel) : IClassFixture<KernelHost>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task PredictLabels_FeatureKernel_AnswersWeightedMeans()
    {
        var response = await kernel.Client.PredictLabelsAsync(Request(), cancellationToken: Token);

        var expected = 1 / (1 + Math.Exp(-0.5));
        Assert.Equal(expected, KernelHost.Values(response.Predictions)[0], 1e-6);
        Assert.Equal(1, response.Bandwidth);
        Assert.Equal(1 / ((expected * expected) + ((1 - expected) * (1 - expected))), response.EffectiveCounts[0], 1e-5);
        Assert.Empty(response.UnsupportedQueries);
    }

    [Fact]
    public async Task PredictLabels_PrecomputedZeroRow_IsReported()
    {
        var request = new PredictLabelsRequest
        {
            Labels = KernelHost.Matrix(2, 2, 1, 0, 0, 1),
            Precomputed = KernelHost.Matrix(2, 2, 1, 3, 0, 0),
        };

        var response = await kernel.Client.PredictLabelsAsync(request, cancellationToken: Token);

        Assert.Equal([0.25f, 0.75f, 0.5f, 0.5f], KernelHost.Values(response.Predictions));
        Assert.Equal([1], response.UnsupportedQueries);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    public async Task PredictLabels_BandwidthNotPositive_NamesTheField(double bandwidth)
    {
        var request = Request();
        request.FeatureKernel.Bandwidth = bandwidth;

        await RpcAssert.RefusesAsync("feature_kernel.bandwidth", () => kernel.Client.PredictLabelsAsync(request, cancellationToken: Token).ResponseAsync);
    }

    [Fact]
    public async Task PredictLabels_ShapesDisagree_NameTheFields()
    {
        var request = Request();
        request.FeatureKernel.Queries = KernelHost.Matrix(1, 2, 0, 0);
        var short_ = Request();
        short_.Labels = KernelHost.Matrix(3, 2, 1, 0, 0, 1, 1, 0);
        var bytes = Request();
        bytes.Labels.Rows = 1_000_000;
        var empty = Request();
        empty.FeatureKernel.Queries = KernelHost.Matrix(0, 1);
        var infinite = Request();
        infinite.Labels = KernelHost.Matrix(2, 2, 1, 0, float.PositiveInfinity, 1);

        await RpcAssert.RefusesAsync("feature_kernel.queries.columns", () => kernel.Client.PredictLabelsAsync(request, cancellationToken: Token).ResponseAsync);
        await RpcAssert.RefusesAsync("feature_kernel.features.rows", () => kernel.Client.PredictLabelsAsync(short_, cancellationToken: Token).ResponseAsync);
        await RpcAssert.RefusesAsync("labels.values", () => kernel.Client.PredictLabelsAsync(bytes, cancellationToken: Token).ResponseAsync);
        await RpcAssert.RefusesAsync("feature_kernel.queries.rows", () => kernel.Client.PredictLabelsAsync(empty, cancellationToken: Token).ResponseAsync);
        await RpcAssert.RefusesAsync("labels.values", () => kernel.Client.PredictLabelsAsync(infinite, cancellationToken: Token).ResponseAsync);
    }

    [Fact]
    public async Task PredictLabels_AboveTheLimit_IsExhaustedAndSaysBoth()
    {
        // Q x N x (D + C) = 1 x 2 x 3 = 6 multiply-adds.
        await using var small = await InProcessHost.StartAsync(b => b.AddKernel(), a => a.MapKernel(), ("Kernel:MaxMultiplyAdds", "5"));
        await using var enough = await InProcessHost.StartAsync(b => b.AddKernel(), a => a.MapKernel(), ("Kernel:MaxMultiplyAdds", "6"));

        var info = await RpcAssert.FailsAsync(StatusCode.ResourceExhausted, ErrorReasons.ProblemTooLarge, () =>
            new KernelService.KernelServiceClient(small.Channel).PredictLabelsAsync(Request(), cancellationToken: Token).ResponseAsync);
        await new KernelService.KernelServiceClient(enough.Channel).PredictLabelsAsync(Request(), cancellationToken: Token);

        Assert.Equal(("5", "6"), (info.Metadata["limit"], info.Metadata["actual"]));
    }

    private static PredictLabelsRequest Request() => new()
    {
        Labels = KernelHost.Matrix(2, 2, 1, 0, 0, 1),
        FeatureKernel = new() { Features = KernelHost.Matrix(2, 1, 0, 1), Queries = KernelHost.Matrix(1, 1, 0) },
    };
}
