namespace IclMesh.Gateway.Storage;

/// <summary>Deletes what is kept for a limited time, at the start and every quarter of an hour.</summary>
internal abstract partial class ExpiryService(TimeProvider clock, ILogger logger) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromMinutes(15);

    /// <summary>Deletes what is over; the number of things deleted.</summary>
    protected abstract Task<int> ExpireAsync(CancellationToken cancellationToken);

    /// <summary>Told of every round that deleted something.</summary>
    protected abstract void Expired(int count);

    protected sealed override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, clock);
        do
        {
            try
            {
                if (await ExpireAsync(stoppingToken) is > 0 and var count)
                {
                    Expired(count);
                }
            }
#pragma warning disable CA1031 // Whatever the store throws, it may come back: the next round tries again, and the gateway goes on serving.
            catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
#pragma warning restore CA1031
            {
                LogFailed(logger, failure, failure.Message);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    [LoggerMessage(EventId = 121, Level = LogLevel.Warning, Message = "Could not delete what is over: {Reason}")]
    private static partial void LogFailed(ILogger logger, Exception failure, string reason);
}
