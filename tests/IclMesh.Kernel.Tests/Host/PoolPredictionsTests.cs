using System.Runtime.InteropServices;
using Google.Protobuf;
using IclMesh.Kernel.V1;

namespace IclMesh.Kernel.Tests.Host;

public sealed class PoolPredictionsTests(KernelHost kernel) : IClassFixture<KernelHost>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string, Action<PoolPredictionsRequest>> Broken => new()
    {
        { "model_log_probabilities.values", r => r.ModelLogProbabilities = Matrix(1, 2, double.NaN, 0) },
        { "kernel_shares", r => r.KernelShares = Matrix(1, 3, 0.2, 0.3, 0.5) },
        { "kernel_shares[0]", r => r.KernelShares = Matrix(1, 2, 0.2, 0.3) },
        { "weight", r => r.Weight = 1.1 },
        { "weight", r => r.Weight = double.NaN },
        { "smoothing", r => r.Smoothing = 0 },
    };

    [Fact]
    public async Task PoolPredictions_HalfWeight_IsTheNormalisedGeometricMean()
    {
        var response = await kernel.Evaluation.PoolPredictionsAsync(Request(), cancellationToken: Token);

        // sqrt(.5 * .85) : sqrt(.5 * .25), the shares smoothed by .05.
        var ratio = Math.Sqrt(0.85 / 0.25);
        var pooled = MemoryMarshal.Cast<byte, double>(response.Probabilities.Values.Span).ToArray();
        Assert.Equal(ratio / (1 + ratio), pooled[0], 12);
        Assert.Equal(1, pooled.Sum(), 12);
    }

    [Theory]
    [MemberData(nameof(Broken))]
    public async Task PoolPredictions_BrokenField_IsNamed(string field, Action<PoolPredictionsRequest> breakIt)
    {
        var request = Request();
        breakIt(request);

        await RpcAssert.RefusesAsync(field, () => kernel.Evaluation.PoolPredictionsAsync(request, cancellationToken: Token).ResponseAsync);
    }

    private static PoolPredictionsRequest Request() => new()
    {
        ModelLogProbabilities = Matrix(1, 2, Math.Log(0.5), Math.Log(0.5)),
        KernelShares = Matrix(1, 2, 0.8, 0.2),
        Weight = 0.5,
    };

    private static DoubleMatrix Matrix(int rows, int columns, params double[] values) =>
        new() { Rows = rows, Columns = columns, Values = ByteString.CopyFrom(MemoryMarshal.AsBytes<double>(values)) };
}
