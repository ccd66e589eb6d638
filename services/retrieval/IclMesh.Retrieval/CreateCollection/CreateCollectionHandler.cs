using IclMesh.Retrieval.Core;

namespace IclMesh.Retrieval.CreateCollection;

internal sealed class CreateCollectionHandler(IDemonstrationStore store)
{
    public async Task<V1.CreateCollectionResponse> HandleAsync(V1.CreateCollectionRequest request, CancellationToken cancellationToken)
    {
        var wanted = request.Collection ?? throw MeshException.Invalid("collection", "must be set");
        var name = wanted.Name.ToName("collection.name");
        var schema = wanted.ToSchema();
        try
        {
            return new() { Collection = (await store.CreateCollectionAsync(name, schema, wanted.Attributes.ToDictionary(), cancellationToken)).ToWire() };
        }
        catch (MeshException refusal) when (refusal.Violations.Count > 0)
        {
            // The store knows the fields of a collection, the caller those of the request.
            var rules = new RequestRules();
            foreach (var (field, description) in refusal.Violations)
            {
                rules.Require(false, $"collection.{field}", description);
            }

            rules.ThrowIfBroken();
            throw;
        }
    }
}
