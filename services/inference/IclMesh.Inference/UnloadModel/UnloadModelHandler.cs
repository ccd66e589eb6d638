using IclMesh.Inference.Core.Models;
using IclMesh.Inference.V1;

namespace IclMesh.Inference.UnloadModel;

/// <summary>Lets the calls inside finish and frees a model's memory.</summary>
internal sealed class UnloadModelHandler(ModelLibrary library)
{
    /// <summary>Handles one call.</summary>
    public async Task<UnloadModelResponse> HandleAsync(UnloadModelRequest request, CancellationToken cancellationToken)
    {
        var rules = new RequestRules();
        rules.NotBlank("model", request.Model);
        rules.ThrowIfBroken();
        return new() { Unloaded = await library.UnloadAsync(request.Model, cancellationToken) };
    }
}
