using IclMesh.Retrieval.Core;

namespace IclMesh.Retrieval.DeleteCollection;

internal sealed class DeleteCollectionHandler(IDemonstrationStore store)
{
    public async Task<V1.DeleteCollectionResponse> HandleAsync(V1.DeleteCollectionRequest request, CancellationToken cancellationToken) =>
        new() { Deleted = await store.DeleteCollectionAsync(request.Name.ToName("name"), cancellationToken) };
}
