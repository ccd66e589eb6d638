using IclMesh.Gateway.Predictions;
using IclMesh.Gateway.Tasks;
using IclMesh.Gateway.V1;
using Microsoft.Extensions.Options;

namespace IclMesh.Gateway.Predict;

/// <summary>Completes a request with its task, checks it, predicts, and keeps the prediction where that was asked for.</summary>
internal sealed class PredictHandler(TaskResolver tasks, Predictor predictor, PredictionKeeper keeper, IOptions<GatewayOptions> options)
{
    public async Task<PredictResponse> HandleAsync(PredictRequest request, CancellationToken cancellationToken) =>
        await PredictAsync(await CompleteAsync(request, cancellationToken), cancellationToken);

    /// <summary>The request with what its task gives, checked.</summary>
    public async Task<CompleteRequest> CompleteAsync(PredictRequest request, CancellationToken cancellationToken)
    {
        var complete = TaskMapping.Complete(request, await tasks.GetAsync(request.Task, cancellationToken));
        PredictRules.Check(complete, options.Value);
        keeper.Require(complete.Request);
        return complete;
    }

    /// <summary>The answer to a complete request.</summary>
    public async Task<PredictResponse> PredictAsync(CompleteRequest complete, CancellationToken cancellationToken)
    {
        var answer = await predictor.PredictAsync(complete.Request, complete.ProfileIsStored, cancellationToken);
        answer.TaskVersion = complete.TaskVersion;
        await keeper.KeepAsync(complete.Request, answer, cancellationToken);
        return answer;
    }
}
