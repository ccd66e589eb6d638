using Grpc.Core;
using IclMesh.Gateway.Predict;
using IclMesh.Gateway.V1;
using Microsoft.Extensions.Options;

namespace IclMesh.Gateway.PredictStream;

/// <summary>Predicts texts as they come; a request is read when a worker is free, and a worker is free when its answer is written.</summary>
internal sealed class PredictStreamHandler(ItemPredictor items, IOptions<GatewayOptions> options)
{
    public async Task HandleAsync(
        IAsyncStreamReader<PredictStreamRequest> requests, IServerStreamWriter<PredictStreamResponse> responses, CancellationToken cancellationToken)
    {
        // One answer at a time goes out; while a slow reader holds it up, no further request is read.
        using var writing = new SemaphoreSlim(1);
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = options.Value.BatchConcurrency, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(requests.ReadAllAsync(cancellationToken), parallel, async (item, token) =>
        {
            var (prediction, error) = await items.PredictAsync(item.Request ?? new(), token);
            var answer = new PredictStreamResponse { RequestId = item.RequestId };
            if (prediction is null)
            {
                answer.Error = error;
            }
            else
            {
                answer.Prediction = prediction;
            }

            await writing.WaitAsync(token);
            try
            {
                await responses.WriteAsync(answer, token);
            }
            finally
            {
                writing.Release();
            }
        });
    }
}
