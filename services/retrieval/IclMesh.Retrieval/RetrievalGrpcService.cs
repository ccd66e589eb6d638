using Grpc.Core;
using IclMesh.Retrieval.CreateCollection;
using IclMesh.Retrieval.DeleteCollection;
using IclMesh.Retrieval.DeleteDemonstrations;
using IclMesh.Retrieval.GetCollection;
using IclMesh.Retrieval.GetDemonstrations;
using IclMesh.Retrieval.ListCollections;
using IclMesh.Retrieval.ListDemonstrations;
using IclMesh.Retrieval.Search;
using IclMesh.Retrieval.UpsertDemonstrations;

namespace IclMesh.Retrieval;

/// <summary>The RPCs, each one its handler.</summary>
internal sealed class RetrievalGrpcService(
    CreateCollectionHandler createCollection,
    GetCollectionHandler getCollection,
    ListCollectionsHandler listCollections,
    DeleteCollectionHandler deleteCollection,
    UpsertDemonstrationsHandler upsertDemonstrations,
    GetDemonstrationsHandler getDemonstrations,
    ListDemonstrationsHandler listDemonstrations,
    DeleteDemonstrationsHandler deleteDemonstrations,
    SearchHandler search) : V1.RetrievalService.RetrievalServiceBase
{
    public override Task<V1.CreateCollectionResponse> CreateCollection(V1.CreateCollectionRequest request, ServerCallContext context) =>
        createCollection.HandleAsync(request, context.CancellationToken);

    public override Task<V1.GetCollectionResponse> GetCollection(V1.GetCollectionRequest request, ServerCallContext context) =>
        getCollection.HandleAsync(request, context.CancellationToken);

    public override Task<V1.ListCollectionsResponse> ListCollections(V1.ListCollectionsRequest request, ServerCallContext context) =>
        listCollections.HandleAsync(request, context.CancellationToken);

    public override Task<V1.DeleteCollectionResponse> DeleteCollection(V1.DeleteCollectionRequest request, ServerCallContext context) =>
        deleteCollection.HandleAsync(request, context.CancellationToken);

    public override Task UpsertDemonstrations(
        IAsyncStreamReader<V1.UpsertDemonstrationsRequest> requestStream,
        IServerStreamWriter<V1.UpsertDemonstrationsResponse> responseStream,
        ServerCallContext context) =>
        upsertDemonstrations.HandleAsync(requestStream, responseStream, context.CancellationToken);

    public override Task<V1.GetDemonstrationsResponse> GetDemonstrations(V1.GetDemonstrationsRequest request, ServerCallContext context) =>
        getDemonstrations.HandleAsync(request, context.CancellationToken);

    public override Task<V1.ListDemonstrationsResponse> ListDemonstrations(V1.ListDemonstrationsRequest request, ServerCallContext context) =>
        listDemonstrations.HandleAsync(request, context.CancellationToken);

    public override Task<V1.DeleteDemonstrationsResponse> DeleteDemonstrations(
        V1.DeleteDemonstrationsRequest request, ServerCallContext context) =>
        deleteDemonstrations.HandleAsync(request, context.CancellationToken);

    public override Task<V1.SearchResponse> Search(V1.SearchRequest request, ServerCallContext context) =>
        search.HandleAsync(request, context.CancellationToken);
}
