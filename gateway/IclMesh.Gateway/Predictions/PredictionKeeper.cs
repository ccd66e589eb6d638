using Google.Protobuf.WellKnownTypes;
using IclMesh.Gateway.Storage;
using IclMesh.Gateway.V1;
using Microsoft.Extensions.Options;

namespace IclMesh.Gateway.Predictions;

/// <summary>Keeps predictions for those who ask, as long as the configuration says.</summary>
internal sealed class PredictionKeeper(PredictionStore store, IOptions<PredictionStoreOptions> options, TimeProvider clock)
{
    /// <summary>Refuses a request that asks to be kept where nothing is; called before the work is done.</summary>
    public void Require(PredictRequest request)
    {
        if (request.Keep && !options.Value.Enabled)
        {
            throw Disabled(nameof(PredictionStoreOptions.Enabled), "this gateway keeps no predictions");
        }
    }

    /// <summary>Keeps a prediction where its request asks for it, and writes its id into the answer.</summary>
    /// <param name="request">The request, complete.</param>
    /// <param name="answer">Its answer.</param>
    /// <param name="cancellationToken">The caller's token.</param>
    public async Task KeepAsync(PredictRequest request, PredictResponse answer, CancellationToken cancellationToken)
    {
        if (!request.Keep)
        {
            return;
        }

        // Version 7 ids sort by time.
        var now = clock.GetUtcNow();
        answer.PredictionId = Guid.CreateVersion7(now).ToString("N");
        var kept = new StoredPrediction
        {
            Id = answer.PredictionId,
            CreateTime = Timestamp.FromDateTimeOffset(now),
            Request = request.Clone(),
            Response = answer.Clone(),
            Redacted = options.Value.Redaction == PredictionStoreOptions.Texts,
        };
        if (kept.Redacted)
        {
            TextRedaction.Apply(kept);
        }

        await store.AddAsync(kept, cancellationToken);
    }

    /// <summary>A prediction that is still kept.</summary>
    /// <exception cref="MeshException">There is none of that id, or its time is over.</exception>
    public Task<StoredPrediction> GetAsync(string id, CancellationToken cancellationToken) => store.GetAsync(id, Oldest, cancellationToken);

    /// <summary>Predictions that are still kept, newest first.</summary>
    /// <param name="task">Only of this task; empty for all.</param>
    /// <param name="before">Only ids smaller than this one; empty for the newest.</param>
    /// <param name="limit">Most predictions.</param>
    /// <param name="cancellationToken">The caller's token.</param>
    public Task<List<StoredPrediction>> ListAsync(string task, string before, int limit, CancellationToken cancellationToken) =>
        store.ListAsync(task, before, Oldest, limit, cancellationToken);

    /// <summary>Deletes what is older than the configuration allows; the number of predictions deleted.</summary>
    public Task<int> ExpireAsync(CancellationToken cancellationToken) => store.DeleteBeforeAsync(Oldest, cancellationToken);

    /// <summary>The error where a setting forbids what was asked for.</summary>
    public static MeshException Disabled(string setting, string message) =>
        new(ErrorKind.FailedPrecondition, ErrorReasons.FeatureDisabled, message)
        {
            Metadata = new Dictionary<string, string> { ["setting"] = $"{PredictionStoreOptions.Section}:{setting}" },
        };

    private DateTimeOffset Oldest => clock.GetUtcNow() - options.Value.Retention;
}
