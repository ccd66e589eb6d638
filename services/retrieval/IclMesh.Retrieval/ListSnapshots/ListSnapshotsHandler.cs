using IclMesh.Retrieval.Core;

namespace IclMesh.Retrieval.ListSnapshots;

internal sealed class ListSnapshotsHandler(IDemonstrationStore store)
{
    public async Task<V1.ListSnapshotsResponse> HandleAsync(V1.ListSnapshotsRequest request, CancellationToken cancellationToken)
    {
        var snapshots = await store.ListSnapshotsAsync(request.Collection.ToName("collection"), cancellationToken);
        return new() { Snapshots = { snapshots.Select(snapshot => snapshot.ToWire()) } };
    }
}
