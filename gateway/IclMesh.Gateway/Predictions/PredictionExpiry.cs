using IclMesh.Gateway.Storage;

namespace IclMesh.Gateway.Predictions;

/// <summary>Deletes predictions when their time is over.</summary>
internal sealed partial class PredictionExpiry(PredictionKeeper keeper, TimeProvider clock, ILogger<PredictionExpiry> logger) : ExpiryService(clock, logger)
{
    protected override Task<int> ExpireAsync(CancellationToken cancellationToken) => keeper.ExpireAsync(cancellationToken);

    protected override void Expired(int count) => LogExpired(count);

    [LoggerMessage(EventId = 120, Level = LogLevel.Information, Message = "Deleted {Predictions} predictions whose time was over")]
    private partial void LogExpired(int predictions);
}
