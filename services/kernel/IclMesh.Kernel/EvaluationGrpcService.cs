using Grpc.Core;
using IclMesh.Kernel.CombinePredictions;
using IclMesh.Kernel.MeasurePredictions;
using IclMesh.Kernel.PoolPredictions;
using IclMesh.Kernel.V1;

namespace IclMesh.Kernel;

internal sealed class EvaluationGrpcService(
    MeasurePredictionsHandler measurePredictions, CombinePredictionsHandler combinePredictions, PoolPredictionsHandler poolPredictions)
    : EvaluationService.EvaluationServiceBase
{
    public override Task<MeasurePredictionsResponse> MeasurePredictions(MeasurePredictionsRequest request, ServerCallContext context) =>
        Task.FromResult(measurePredictions.Handle(request));

    public override Task<CombinePredictionsResponse> CombinePredictions(CombinePredictionsRequest request, ServerCallContext context) =>
        Task.FromResult(combinePredictions.Handle(request));

    public override Task<PoolPredictionsResponse> PoolPredictions(PoolPredictionsRequest request, ServerCallContext context) =>
        Task.FromResult(poolPredictions.Handle(request));
}
