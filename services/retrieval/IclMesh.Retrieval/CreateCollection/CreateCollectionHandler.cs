using IclMesh.Retrieval.Core;

namespace IclMesh.Retrieval.CreateCollection;

internal sealed class CreateCollectionHandler(IDemonstrationStore store)
{
    public async Task<V1.CreateCollectionResponse> HandleAsync(V1.CreateCollectionRequest request, CancellationToken cancellationToken)
    {
        var wanted = request.Collection ?? throw MeshException.Invalid("collection", "must be set");
        var created = await store.CreateCollectionAsync(wanted.Name.ToName(), wanted.ToSchema(), wanted.Attributes.ToDictionary(), cancellationToken);
        return new() { Collection = created.ToWire() };
    }
}
