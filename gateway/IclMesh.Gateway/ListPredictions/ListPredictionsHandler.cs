using IclMesh.Gateway.Predictions;
using IclMesh.Gateway.V1;

namespace IclMesh.Gateway.ListPredictions;

internal sealed class ListPredictionsHandler(PredictionKeeper keeper)
{
    public async Task<ListPredictionsResponse> HandleAsync(ListPredictionsRequest request, CancellationToken cancellationToken)
    {
        var listing = $"predictions of {request.Task}";
        var (size, before) = PageRequest.Read(listing, request.PageSize, request.PageToken);
        var predictions = await keeper.ListAsync(request.Task, before, size + 1, cancellationToken);
        return new()
        {
            Predictions = { predictions.Take(size) },
            NextPageToken = predictions.Count > size ? PageToken.After(listing, predictions[size - 1].Id) : "",
        };
    }
}
