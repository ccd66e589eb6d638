using Grpc.Core;
using IclMesh.Kernel.CorrelateValues;
using IclMesh.Kernel.EvaluateKernel;
using IclMesh.Kernel.ExplainPrediction;
using IclMesh.Kernel.PredictLabels;
using IclMesh.Kernel.PredictLabelSets;
using IclMesh.Kernel.RunRegression;
using IclMesh.Kernel.SelectBandwidth;
using IclMesh.Kernel.SelectKernel;
using IclMesh.Kernel.SelectRidge;
using IclMesh.Kernel.V1;

namespace IclMesh.Kernel;

internal sealed class KernelGrpcService(
    PredictLabelsHandler predictLabels,
    ExplainPredictionHandler explainPrediction,
    EvaluateKernelHandler evaluateKernel,
    RunRegressionHandler runRegression,
    SelectBandwidthHandler selectBandwidth,
    SelectRidgeHandler selectRidge,
    SelectKernelHandler selectKernel,
    PredictLabelSetsHandler predictLabelSets,
    CorrelateValuesHandler correlateValues)
    : KernelService.KernelServiceBase
{
    public override Task<PredictLabelsResponse> PredictLabels(PredictLabelsRequest request, ServerCallContext context) =>
        Task.FromResult(predictLabels.Handle(request, context.CancellationToken));

    public override Task<ExplainPredictionResponse> ExplainPrediction(ExplainPredictionRequest request, ServerCallContext context) =>
        Task.FromResult(explainPrediction.Handle(request));

    public override Task<EvaluateKernelResponse> EvaluateKernel(EvaluateKernelRequest request, ServerCallContext context) =>
        Task.FromResult(evaluateKernel.Handle(request, context.CancellationToken));

    public override Task<RunRegressionResponse> RunRegression(RunRegressionRequest request, ServerCallContext context) =>
        Task.FromResult(runRegression.Handle(request, context.CancellationToken));

    public override Task<SelectBandwidthResponse> SelectBandwidth(SelectBandwidthRequest request, ServerCallContext context) =>
        Task.FromResult(selectBandwidth.Handle(request, context.CancellationToken));

    public override Task<SelectRidgeResponse> SelectRidge(SelectRidgeRequest request, ServerCallContext context) =>
        Task.FromResult(selectRidge.Handle(request, context.CancellationToken));

    public override Task<SelectKernelResponse> SelectKernel(SelectKernelRequest request, ServerCallContext context) =>
        Task.FromResult(selectKernel.Handle(request, context.CancellationToken));

    public override Task<PredictLabelSetsResponse> PredictLabelSets(PredictLabelSetsRequest request, ServerCallContext context) =>
        Task.FromResult(predictLabelSets.Handle(request, context.CancellationToken));

    public override Task<CorrelateValuesResponse> CorrelateValues(CorrelateValuesRequest request, ServerCallContext context) =>
        Task.FromResult(correlateValues.Handle(request));
}
