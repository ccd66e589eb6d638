using IclMesh.Retrieval.Core;

namespace IclMesh.Retrieval.RestoreSnapshot;

internal sealed class RestoreSnapshotHandler(IDemonstrationStore store)
{
    public async Task<V1.RestoreSnapshotResponse> HandleAsync(V1.RestoreSnapshotRequest request, CancellationToken cancellationToken)
    {
        var restored = await store.RestoreSnapshotAsync(
            request.Collection.ToName("collection"), request.Snapshot, request.Target.ToName("target"), cancellationToken);
        return new() { Collection = restored.ToWire() };
    }
}
