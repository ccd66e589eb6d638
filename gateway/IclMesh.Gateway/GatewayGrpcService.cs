using Grpc.Core;
using IclMesh.Gateway.BuildPrompt;
using IclMesh.Gateway.GetCollection;
using IclMesh.Gateway.GetModel;
using IclMesh.Gateway.GetPrediction;
using IclMesh.Gateway.ImportDemonstrations;
using IclMesh.Gateway.ListModels;
using IclMesh.Gateway.ListPredictions;
using IclMesh.Gateway.MeasureInfluence;
using IclMesh.Gateway.Predict;
using IclMesh.Gateway.PredictBatch;
using IclMesh.Gateway.PredictStream;
using IclMesh.Gateway.ReplayPrediction;
using IclMesh.Gateway.V1;

namespace IclMesh.Gateway;

internal sealed class GatewayGrpcService(
    PredictHandler predict,
    PredictBatchHandler predictBatch,
    PredictStreamHandler predictStream,
    MeasureInfluenceHandler measureInfluence,
    BuildPromptHandler buildPrompt,
    GetPredictionHandler getPrediction,
    ListPredictionsHandler listPredictions,
    ReplayPredictionHandler replayPrediction,
    ImportDemonstrationsHandler importDemonstrations,
    GetCollectionHandler getCollection,
    GetModelHandler getModel,
    ListModelsHandler listModels) : GatewayService.GatewayServiceBase
{
    public override Task<PredictResponse> Predict(PredictRequest request, ServerCallContext context) =>
        predict.HandleAsync(request, context.CancellationToken);

    public override Task<PredictBatchResponse> PredictBatch(PredictBatchRequest request, ServerCallContext context) =>
        predictBatch.HandleAsync(request, context.CancellationToken);

    public override Task PredictStream(
        IAsyncStreamReader<PredictStreamRequest> requestStream, IServerStreamWriter<PredictStreamResponse> responseStream, ServerCallContext context) =>
        predictStream.HandleAsync(requestStream, responseStream, context.CancellationToken);

    public override Task<MeasureInfluenceResponse> MeasureInfluence(MeasureInfluenceRequest request, ServerCallContext context) =>
        measureInfluence.HandleAsync(request, context.CancellationToken);

    public override Task<BuildPromptResponse> BuildPrompt(BuildPromptRequest request, ServerCallContext context) =>
        buildPrompt.HandleAsync(request, context.CancellationToken);

    public override Task<GetPredictionResponse> GetPrediction(GetPredictionRequest request, ServerCallContext context) =>
        getPrediction.HandleAsync(request, context.CancellationToken);

    public override Task<ListPredictionsResponse> ListPredictions(ListPredictionsRequest request, ServerCallContext context) =>
        listPredictions.HandleAsync(request, context.CancellationToken);

    public override Task<ReplayPredictionResponse> ReplayPrediction(ReplayPredictionRequest request, ServerCallContext context) =>
        replayPrediction.HandleAsync(request, context.CancellationToken);

    public override Task ImportDemonstrations(
        IAsyncStreamReader<ImportDemonstrationsRequest> requestStream,
        IServerStreamWriter<ImportDemonstrationsResponse> responseStream,
        ServerCallContext context) =>
        importDemonstrations.HandleAsync(requestStream, responseStream, context.CancellationToken);

    public override Task<GetCollectionResponse> GetCollection(GetCollectionRequest request, ServerCallContext context) =>
        getCollection.HandleAsync(request, context.CancellationToken);

    public override Task<GetModelResponse> GetModel(GetModelRequest request, ServerCallContext context) =>
        getModel.HandleAsync(request, context.CancellationToken);

    public override Task<ListModelsResponse> ListModels(ListModelsRequest request, ServerCallContext context) =>
        listModels.HandleAsync(request, context.CancellationToken);
}
