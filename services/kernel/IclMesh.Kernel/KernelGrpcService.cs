using Grpc.Core;
using IclMesh.Kernel.ExplainPrediction;
using IclMesh.Kernel.PredictLabels;
using IclMesh.Kernel.V1;

namespace IclMesh.Kernel;

internal sealed class KernelGrpcService(PredictLabelsHandler predictLabels, ExplainPredictionHandler explainPrediction)
    : KernelService.KernelServiceBase
{
    public override Task<PredictLabelsResponse> PredictLabels(PredictLabelsRequest request, ServerCallContext context) =>
        Task.FromResult(predictLabels.Handle(request, context.CancellationToken));

    public override Task<ExplainPredictionResponse> ExplainPrediction(ExplainPredictionRequest request, ServerCallContext context) =>
        Task.FromResult(explainPrediction.Handle(request));
}
