using System.Globalization;
using IclMesh.Gateway.Jobs;
using IclMesh.Gateway.V1;

namespace IclMesh.Gateway.ListJobs;

internal sealed class ListJobsHandler(JobStore store)
{
    private const string Listing = "jobs";

    public async Task<ListJobsResponse> HandleAsync(ListJobsRequest request, CancellationToken cancellationToken)
    {
        var (size, after) = PageRequest.Read(Listing, request.PageSize, request.PageToken);
        var jobs = await store.ListAsync(Parse(after), size + 1, cancellationToken);
        var page = jobs.Take(size).ToList();
        return new()
        {
            Jobs = { page.Select(job => job.ToWire()) },
            NextPageToken = jobs.Count > size ? PageToken.After(Listing, $"{page[^1].Created.ToUnixTimeMilliseconds()}/{page[^1].Id}") : "",
        };
    }

    private static (long Time, string Id)? Parse(string key)
    {
        if (key.Length == 0)
        {
            return null;
        }

        var slash = key.IndexOf('/', StringComparison.Ordinal);
        return slash > 0 && long.TryParse(key.AsSpan(0, slash), NumberStyles.None, CultureInfo.InvariantCulture, out var time)
            ? (time, key[(slash + 1)..])
            : throw MeshException.Invalid("page_token", "is not one that this method returned");
    }
}
