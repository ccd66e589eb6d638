using IclMesh.Retrieval.Core;

namespace IclMesh.Retrieval.DeleteSnapshot;

internal sealed class DeleteSnapshotHandler(IDemonstrationStore store)
{
    public async Task<V1.DeleteSnapshotResponse> HandleAsync(V1.DeleteSnapshotRequest request, CancellationToken cancellationToken) =>
        new() { Deleted = await store.DeleteSnapshotAsync(request.Collection.ToName("collection"), request.Snapshot, cancellationToken) };
}
