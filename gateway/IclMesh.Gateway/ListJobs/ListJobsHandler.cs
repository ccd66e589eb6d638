using System.Globalization;
using IclMesh.Gateway.Jobs;
using IclMesh.Gateway.V1;

namespace IclMesh.Gateway.ListJobs;

internal sealed class ListJobsHandler(JobStore store)
{
    private const int DefaultPageSize = 100;
    private const int MaxPageSize = 1000;

    public async Task<ListJobsResponse> HandleAsync(ListJobsRequest request, CancellationToken cancellationToken)
    {
        var rules = new RequestRules();
        rules.InRange("page_size", request.PageSize, 0, MaxPageSize);
        rules.ThrowIfBroken();
        var size = request.PageSize == 0 ? DefaultPageSize : request.PageSize;
        var jobs = await store.ListAsync(Parse(request.PageToken), size + 1, cancellationToken);
        var page = jobs.Take(size).ToList();
        return new()
        {
            Jobs = { page.Select(job => job.ToWire()) },
            NextPageToken = jobs.Count > size ? $"{page[^1].Created.ToUnixTimeMilliseconds()}/{page[^1].Id}" : "",
        };
    }

    private static (long Time, string Id)? Parse(string token)
    {
        if (token.Length == 0)
        {
            return null;
        }

        var slash = token.IndexOf('/', StringComparison.Ordinal);
        return slash > 0 && long.TryParse(token.AsSpan(0, slash), NumberStyles.None, CultureInfo.InvariantCulture, out var time)
            ? (time, token[(slash + 1)..])
            : throw MeshException.Invalid("page_token", "is not one that this method returned");
    }
}
