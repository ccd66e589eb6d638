using IclMesh.Retrieval.Core;
using Microsoft.Extensions.Options;

namespace IclMesh.Retrieval.GetDemonstrations;

internal sealed class GetDemonstrationsHandler(IDemonstrationStore store, IOptions<RetrievalOptions> options)
{
    public async Task<V1.GetDemonstrationsResponse> HandleAsync(V1.GetDemonstrationsRequest request, CancellationToken cancellationToken)
    {
        var rules = new RequestRules();
        rules.InRange("ids", request.Ids.Count, 1, options.Value.MaxPageSize);
        rules.ThrowIfBroken();

        var found = await store.GetAsync(request.Collection.ToName("collection"), request.Ids, cancellationToken);
        var missing = request.Ids.Except(found.Select(demonstration => demonstration.Id));
        return new()
        {
            Demonstrations = { found.Select(demonstration => demonstration.ToWire(request.IncludeVectors)) },
            MissingIds = { missing },
        };
    }
}
