using IclMesh.Gateway.Legs;
using IclMesh.Retrieval.V1;

namespace IclMesh.Gateway.GetCollection;

internal sealed class GetCollectionHandler(RetrievalService.RetrievalServiceClient retrieval)
{
    public async Task<V1.GetCollectionResponse> HandleAsync(V1.GetCollectionRequest request, CancellationToken cancellationToken)
    {
        var rules = new RequestRules();
        rules.NotBlank("name", request.Name);
        rules.ThrowIfBroken();

        using var call = retrieval.GetCollectionAsync(new() { Name = request.Name }, cancellationToken: cancellationToken);
        var response = await Leg.NameFailures(Leg.Store, call.ResponseAsync, cancellationToken, LegFields.Collection);
        return new() { Collection = response.Collection, LabelCounts = { response.LabelCounts } };
    }
}
