using IclMesh.Retrieval.Core;
using Microsoft.Extensions.Options;

namespace IclMesh.Retrieval.ListCollections;

internal sealed class ListCollectionsHandler(IDemonstrationStore store, IOptions<RetrievalOptions> options)
{
    public async Task<V1.ListCollectionsResponse> HandleAsync(V1.ListCollectionsRequest request, CancellationToken cancellationToken)
    {
        var pageSize = PageRules.Size(request.PageSize, options.Value);
        var page = await store.ListCollectionsAsync(request.Namespace, pageSize, request.PageToken, cancellationToken);
        return new() { Collections = { page.Items.Select(collection => collection.ToWire()) }, NextPageToken = page.NextPageToken };
    }
}
