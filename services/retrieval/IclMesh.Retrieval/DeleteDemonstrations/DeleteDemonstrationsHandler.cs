using IclMesh.Retrieval.Core;
using IclMesh.Retrieval.Core.Demonstrations;
using Microsoft.Extensions.Options;

namespace IclMesh.Retrieval.DeleteDemonstrations;

internal sealed class DeleteDemonstrationsHandler(IDemonstrationStore store, IOptions<RetrievalOptions> options)
{
    public async Task<V1.DeleteDemonstrationsResponse> HandleAsync(V1.DeleteDemonstrationsRequest request, CancellationToken cancellationToken)
    {
        var rules = new RequestRules();
        rules.InRange("ids", request.Ids.Count, 1, options.Value.MaxBatch);
        rules.ThrowIfBroken();

        var name = request.Collection.ToName("collection");
        var outcomes = await store.DeleteAsync(name, [.. request.Ids.Select(id => new DemonstrationDeletion(id))], cancellationToken);
        var deleted = outcomes.Count(outcome => outcome.Kind == WriteKind.Deleted);
        RetrievalTelemetry.Written.Add(deleted);
        return new() { Deleted = deleted, CollectionVersion = (await store.GetCollectionAsync(name, cancellationToken)).Revision };
    }
}
