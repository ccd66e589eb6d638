using Grpc.Core;
using IclMesh.Retrieval.AuditCollection;
using IclMesh.Retrieval.BatchSearch;
using IclMesh.Retrieval.CompactCollection;
using IclMesh.Retrieval.CreateCollection;
using IclMesh.Retrieval.CreateSnapshot;
using IclMesh.Retrieval.DeleteCollection;
using IclMesh.Retrieval.DeleteDemonstrations;
using IclMesh.Retrieval.DeleteSnapshot;
using IclMesh.Retrieval.GetCollection;
using IclMesh.Retrieval.GetDemonstrations;
using IclMesh.Retrieval.ListChanges;
using IclMesh.Retrieval.ListCollections;
using IclMesh.Retrieval.ListDemonstrations;
using IclMesh.Retrieval.ListSnapshots;
using IclMesh.Retrieval.RestoreSnapshot;
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
    SearchHandler search,
    BatchSearchHandler batchSearch,
    ListChangesHandler listChanges,
    CompactCollectionHandler compactCollection,
    CreateSnapshotHandler createSnapshot,
    ListSnapshotsHandler listSnapshots,
    DeleteSnapshotHandler deleteSnapshot,
    RestoreSnapshotHandler restoreSnapshot,
    AuditCollectionHandler auditCollection) : V1.RetrievalService.RetrievalServiceBase
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

    public override Task<V1.BatchSearchResponse> BatchSearch(V1.BatchSearchRequest request, ServerCallContext context) =>
        batchSearch.HandleAsync(request, context.CancellationToken);

    public override Task<V1.ListChangesResponse> ListChanges(V1.ListChangesRequest request, ServerCallContext context) =>
        listChanges.HandleAsync(request, context.CancellationToken);

    public override Task<V1.CompactCollectionResponse> CompactCollection(V1.CompactCollectionRequest request, ServerCallContext context) =>
        compactCollection.HandleAsync(request, context.CancellationToken);

    public override Task<V1.CreateSnapshotResponse> CreateSnapshot(V1.CreateSnapshotRequest request, ServerCallContext context) =>
        createSnapshot.HandleAsync(request, context.CancellationToken);

    public override Task<V1.ListSnapshotsResponse> ListSnapshots(V1.ListSnapshotsRequest request, ServerCallContext context) =>
        listSnapshots.HandleAsync(request, context.CancellationToken);

    public override Task<V1.DeleteSnapshotResponse> DeleteSnapshot(V1.DeleteSnapshotRequest request, ServerCallContext context) =>
        deleteSnapshot.HandleAsync(request, context.CancellationToken);

    public override Task<V1.RestoreSnapshotResponse> RestoreSnapshot(V1.RestoreSnapshotRequest request, ServerCallContext context) =>
        restoreSnapshot.HandleAsync(request, context.CancellationToken);

    public override Task AuditCollection(
        V1.AuditCollectionRequest request, IServerStreamWriter<V1.AuditCollectionResponse> responseStream, ServerCallContext context) =>
        auditCollection.HandleAsync(request, responseStream, context.CancellationToken);
}
