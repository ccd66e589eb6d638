using IclMesh.Gateway.Predict;
using IclMesh.Gateway.Predictions;
using IclMesh.Gateway.V1;

namespace IclMesh.Gateway.ReplayPrediction;

/// <summary>Answers a kept request again and says what is different.</summary>
internal sealed class ReplayPredictionHandler(PredictionKeeper keeper, Predictor predictor)
{
    public async Task<ReplayPredictionResponse> HandleAsync(ReplayPredictionRequest request, CancellationToken cancellationToken)
    {
        var rules = new RequestRules();
        rules.NotBlank("id", request.Id);
        rules.Require(
            request.Collection.Length == 0 || request.Demonstrations == ReplayDemonstrations.SearchedAgain,
            "collection",
            "has no effect unless demonstrations are SEARCHED_AGAIN");
        rules.ThrowIfBroken();

        var kept = await keeper.GetAsync(request.Id, cancellationToken);
        if (kept.Redacted)
        {
            throw PredictionKeeper.Disabled(nameof(PredictionStoreOptions.Redaction), $"prediction '{request.Id}' was kept without texts and cannot be replayed");
        }

        if (kept.Response.Combined is { AnsweredBy: Answerer.Kernel })
        {
            throw MeshException.Invalid("id", $"prediction '{request.Id}' was answered by the nearest demonstrations alone; there is no prompt to replay");
        }

        var again = kept.Request.Clone();
        again.Combination = null;
        again.Model = request.Model.Length > 0 ? request.Model : again.Model;
        again.Collection = request.Collection.Length > 0 ? request.Collection : again.Collection;

        // The prompt is the recorded one, also where the template was the model's own and the model is another.
        again.Template = kept.Response.Template;
        var given = request.Demonstrations == ReplayDemonstrations.SearchedAgain ? null : RecordedDemonstrations.From(kept);
        var replayed = await predictor.PredictAsync(again, profileIsStored: true, cancellationToken, given);
        return new() { Recorded = kept, Replayed = replayed, Difference = ReplayPredictionMapping.Compare(kept.Response, replayed) };
    }
}
