using IclMesh.Gateway.Predictions;
using IclMesh.Gateway.V1;

namespace IclMesh.Gateway.GetPrediction;

internal sealed class GetPredictionHandler(PredictionKeeper keeper)
{
    public async Task<GetPredictionResponse> HandleAsync(GetPredictionRequest request, CancellationToken cancellationToken)
    {
        var rules = new RequestRules();
        rules.NotBlank("id", request.Id);
        rules.ThrowIfBroken();
        return new() { Prediction = await keeper.GetAsync(request.Id, cancellationToken) };
    }
}
