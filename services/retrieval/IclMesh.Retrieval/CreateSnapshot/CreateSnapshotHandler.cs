using IclMesh.Retrieval.Core;

namespace IclMesh.Retrieval.CreateSnapshot;

internal sealed class CreateSnapshotHandler(IDemonstrationStore store)
{
    public async Task<V1.CreateSnapshotResponse> HandleAsync(V1.CreateSnapshotRequest request, CancellationToken cancellationToken)
    {
        var snapshot = await store.CreateSnapshotAsync(request.Collection.ToName("collection"), request.Snapshot, cancellationToken);
        return new() { Snapshot = snapshot.ToWire() };
    }
}
