using IclMesh.Gateway.Legs;
using IclMesh.Inference.V1;

namespace IclMesh.Gateway.ListModels;

internal sealed class ListModelsHandler(InferenceService.InferenceServiceClient inference)
{
    public async Task<V1.ListModelsResponse> HandleAsync(V1.ListModelsRequest request, CancellationToken cancellationToken)
    {
        var rules = new RequestRules();
        rules.InRange("page_size", request.PageSize, 0, 1000);
        rules.ThrowIfBroken();

        using var call = inference.ListModelsAsync(new() { PageSize = request.PageSize, PageToken = request.PageToken }, cancellationToken: cancellationToken);
        var response = await Leg.NameFailures(Leg.Model, call.ResponseAsync, cancellationToken, LegFields.Page);
        return new() { Models = { response.Models }, NextPageToken = response.NextPageToken };
    }
}
