using IclMesh.Inference.Core.Models;
using IclMesh.Inference.V1;

namespace IclMesh.Inference.GetModel;

/// <summary>Returns the capability record of a model.</summary>
internal sealed class GetModelHandler(ModelLibrary library)
{
    /// <summary>Handles one call.</summary>
    public async Task<GetModelResponse> HandleAsync(GetModelRequest request, CancellationToken cancellationToken)
    {
        var rules = new RequestRules();
        rules.NotBlank("model", request.Model);
        rules.ThrowIfBroken();
        using var lease = await library.LeaseAsync(request.Model, cancellationToken);
        return new() { Capabilities = lease.Model.Describe() };
    }
}
