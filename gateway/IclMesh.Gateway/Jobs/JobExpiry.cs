using IclMesh.Gateway.Storage;
using Microsoft.Extensions.Options;

namespace IclMesh.Gateway.Jobs;

/// <summary>Deletes jobs, with their rows, records and results, when their time is over.</summary>
internal sealed partial class JobExpiry(JobStore store, IOptions<JobOptions> options, TimeProvider clock, ILogger<JobExpiry> logger) : ExpiryService(clock, logger)
{
    protected override Task<int> ExpireAsync(CancellationToken cancellationToken) => store.ExpireAsync(options.Value.Retention, cancellationToken);

    protected override void Expired(int count) => LogExpired(count);

    [LoggerMessage(EventId = 204, Level = LogLevel.Information, Message = "Deleted {Jobs} jobs whose time was over")]
    private partial void LogExpired(int jobs);
}
