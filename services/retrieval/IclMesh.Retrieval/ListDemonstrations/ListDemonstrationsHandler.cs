using IclMesh.Retrieval.Core;
using Microsoft.Extensions.Options;

namespace IclMesh.Retrieval.ListDemonstrations;

internal sealed class ListDemonstrationsHandler(IDemonstrationStore store, IOptions<RetrievalOptions> options)
{
    public async Task<V1.ListDemonstrationsResponse> HandleAsync(V1.ListDemonstrationsRequest request, CancellationToken cancellationToken)
    {
        var pageSize = PageRules.Size(request.PageSize, options.Value);
        var page = await store.ListAsync(
            request.Collection.ToName(), new(pageSize, request.PageToken, request.IncludeVectors), cancellationToken);
        return new()
        {
            Demonstrations = { page.Items.Select(demonstration => demonstration.ToWire(request.IncludeVectors)) },
            NextPageToken = page.NextPageToken,
        };
    }
}
