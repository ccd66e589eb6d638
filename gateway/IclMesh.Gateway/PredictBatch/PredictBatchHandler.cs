using IclMesh.Gateway.Predict;
using IclMesh.Gateway.V1;
using Microsoft.Extensions.Options;

namespace IclMesh.Gateway.PredictBatch;

/// <summary>Predicts many texts at once, so that inference can pack prompts with a shared prefix.</summary>
internal sealed class PredictBatchHandler(ItemPredictor items, IOptions<GatewayOptions> options)
{
    public async Task<PredictBatchResponse> HandleAsync(PredictBatchRequest request, CancellationToken cancellationToken)
    {
        PredictBatchRules.Check(request, options.Value);
        var results = new PredictBatchResult[request.Inputs.Count];
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = options.Value.BatchConcurrency, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, results.Length, parallel, async (i, token) =>
        {
            var item = request.Shared.Clone();
            item.Input = request.Inputs[i];
            var (prediction, error) = await items.PredictAsync(item, token);
            results[i] = prediction is null ? new() { Error = error } : new() { Prediction = prediction };
        });
        return new() { Results = { results } };
    }
}
