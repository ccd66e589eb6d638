using IclMesh.Retrieval.Core;
using IclMesh.Retrieval.Core.Filters;
using IclMesh.Retrieval.Core.Searching;
using Microsoft.Extensions.Options;

namespace IclMesh.Retrieval.ListDemonstrations;

internal sealed class ListDemonstrationsHandler(IDemonstrationStore store, IOptions<RetrievalOptions> options)
{
    public async Task<V1.ListDemonstrationsResponse> HandleAsync(V1.ListDemonstrationsRequest request, CancellationToken cancellationToken)
    {
        var pageSize = PageRules.Size(request.PageSize, options.Value);
        var query = new ListQuery(
            pageSize, request.PageToken, request.IncludeVectors, request.IncludeDeleted, Filter.Parse(request.Filter));
        var page = await store.ListAsync(request.Collection.ToName("collection"), query, cancellationToken);
        return new()
        {
            Demonstrations = { page.Items.Select(demonstration => demonstration.ToWire(request.IncludeVectors)) },
            NextPageToken = page.NextPageToken,
        };
    }
}
