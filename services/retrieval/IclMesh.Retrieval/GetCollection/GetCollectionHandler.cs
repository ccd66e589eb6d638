using IclMesh.Retrieval.Core;

namespace IclMesh.Retrieval.GetCollection;

internal sealed class GetCollectionHandler(IDemonstrationStore store)
{
    public async Task<V1.GetCollectionResponse> HandleAsync(V1.GetCollectionRequest request, CancellationToken cancellationToken)
    {
        var name = request.Name.ToName("name");
        var collection = await store.GetCollectionAsync(name, cancellationToken);
        var counts = await store.CountLabelsAsync(name, cancellationToken);
        return new() { Collection = collection.ToWire(), LabelCounts = { counts.ToDictionary() } };
    }
}
