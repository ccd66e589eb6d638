using IclMesh.Inference.Core.Models;
using IclMesh.Inference.GetModel;
using IclMesh.Inference.V1;

namespace IclMesh.Inference.LoadModel;

/// <summary>Loads a model, so that the first call does not wait for it.</summary>
internal sealed class LoadModelHandler(ModelLibrary library)
{
    /// <summary>Handles one call.</summary>
    public async Task<LoadModelResponse> HandleAsync(LoadModelRequest request, CancellationToken cancellationToken)
    {
        var rules = new RequestRules();
        rules.NotBlank("model", request.Model);
        rules.ThrowIfBroken();
        using var lease = await library.LeaseAsync(request.Model, cancellationToken);
        return new() { Capabilities = lease.Model.Describe() };
    }
}
