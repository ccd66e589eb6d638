using Grpc.Core;
using IclMesh.Gateway.GetCollection;
using IclMesh.Gateway.GetModel;
using IclMesh.Gateway.ImportDemonstrations;
using IclMesh.Gateway.ListModels;
using IclMesh.Gateway.Predict;
using IclMesh.Gateway.V1;

namespace IclMesh.Gateway;

internal sealed class GatewayGrpcService(
    PredictHandler predict,
    ImportDemonstrationsHandler importDemonstrations,
    GetCollectionHandler getCollection,
    GetModelHandler getModel,
    ListModelsHandler listModels) : GatewayService.GatewayServiceBase
{
    public override Task<PredictResponse> Predict(PredictRequest request, ServerCallContext context) =>
        predict.HandleAsync(request, context.CancellationToken);

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
