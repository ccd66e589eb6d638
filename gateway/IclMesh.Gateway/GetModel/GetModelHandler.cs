using IclMesh.Gateway.Legs;
using IclMesh.Inference.V1;

namespace IclMesh.Gateway.GetModel;

internal sealed class GetModelHandler(InferenceService.InferenceServiceClient inference)
{
    public async Task<V1.GetModelResponse> HandleAsync(V1.GetModelRequest request, CancellationToken cancellationToken)
    {
        var rules = new RequestRules();
        rules.NotBlank("model", request.Model);
        rules.ThrowIfBroken();

        using var call = inference.GetModelAsync(new() { Model = request.Model }, cancellationToken: cancellationToken);
        var response = await Leg.NameFailures(Leg.Model, call.ResponseAsync, cancellationToken, LegFields.Model);
        return new() { Capabilities = response.Capabilities };
    }
}
