using System.Runtime.InteropServices;
using Grpc.Core;
using IclMesh.Kernel.V1;

namespace IclMesh.Gateway.Tests.Fakes;

/// <summary>An evaluation service whose pool is the kernel's distribution.</summary>
internal sealed class FakeEvaluation : EvaluationService.EvaluationServiceBase
{
    public PoolPredictionsRequest? LastPool { get; private set; }

    public override Task<PoolPredictionsResponse> PoolPredictions(PoolPredictionsRequest request, ServerCallContext context)
    {
        LastPool = request;
        return Task.FromResult(new PoolPredictionsResponse { Probabilities = request.KernelShares });
    }

    public override Task<MeasurePredictionsResponse> MeasurePredictions(MeasurePredictionsRequest request, ServerCallContext context) =>
        Task.FromResult(new MeasurePredictionsResponse());

    public static double[] Values(DoubleMatrix matrix) => MemoryMarshal.Cast<byte, double>(matrix.Values.Span).ToArray();
}
