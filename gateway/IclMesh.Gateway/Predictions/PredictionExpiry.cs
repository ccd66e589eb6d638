namespace IclMesh.Gateway.Predictions;

/// <summary>Deletes predictions when their time is over, at the start and every quarter of an hour.</summary>
internal sealed partial class PredictionExpiry(PredictionKeeper keeper, TimeProvider clock, ILogger<PredictionExpiry> logger) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromMinutes(15);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, clock);
        do
        {
            try
            {
                Expired(await keeper.ExpireAsync(stoppingToken));
            }
            catch (MeshException exception)
            {
                // The store may come back; the next round tries again.
                LogFailed(exception.Message);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private void Expired(int predictions)
    {
        if (predictions > 0)
        {
            LogExpired(predictions);
        }
    }

    [LoggerMessage(EventId = 120, Level = LogLevel.Information, Message = "Deleted {Predictions} predictions whose time was over")]
    private partial void LogExpired(int predictions);

    [LoggerMessage(EventId = 121, Level = LogLevel.Warning, Message = "Could not delete old predictions: {Reason}")]
    private partial void LogFailed(string reason);
}
