using IclMesh.Retrieval.Core;

namespace IclMesh.Retrieval.CompactCollection;

internal sealed class CompactCollectionHandler(IDemonstrationStore store)
{
    public async Task<V1.CompactCollectionResponse> HandleAsync(V1.CompactCollectionRequest request, CancellationToken cancellationToken) =>
        new() { Removed = await store.CompactAsync(request.Collection.ToName("collection"), cancellationToken) };
}
