using IclMesh.Gateway.Predictions;
using IclMesh.Gateway.Storage;
using IclMesh.Gateway.V1;

namespace IclMesh.Gateway.ListPredictions;

internal sealed class ListPredictionsHandler(PredictionKeeper keeper)
{
    public async Task<ListPredictionsResponse> HandleAsync(ListPredictionsRequest request, CancellationToken cancellationToken)
    {
        var (size, before) = Paging.Read(request.PageSize, request.PageToken);
        var predictions = await keeper.ListAsync(request.Task, before, size + 1, cancellationToken);
        return new()
        {
            Predictions = { predictions.Take(size) },
            NextPageToken = predictions.Count > size ? Paging.Token(predictions[size - 1].Id) : "",
        };
    }
}
