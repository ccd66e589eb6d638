using System.Collections.Concurrent;
using IclMesh.Inference.V1;

namespace IclMesh.Gateway.Legs;

/// <summary>Capability records of models, asked for once and again when the weights behind a name have changed.</summary>
internal sealed class ModelRecords(InferenceService.InferenceServiceClient inference)
{
    private readonly ConcurrentDictionary<string, ModelCapabilities> records = [];

    public async Task<ModelCapabilities> GetAsync(string model, CancellationToken cancellationToken)
    {
        if (records.TryGetValue(model, out var known))
        {
            return known;
        }

        using var call = inference.GetModelAsync(new() { Model = model }, cancellationToken: cancellationToken);
        var response = await Leg.NameFailures(Leg.Model, call.ResponseAsync, cancellationToken, LegFields.Model);
        records[model] = response.Capabilities;
        return response.Capabilities;
    }

    /// <summary>Forgets a record when an answer came from other weights than it describes.</summary>
    /// <param name="model">Name that was asked for.</param>
    /// <param name="answered">Weights that answered.</param>
    public void Confirm(string model, ModelReference answered)
    {
        if (records.TryGetValue(model, out var known) && known.Reference.Version != answered.Version)
        {
            records.TryRemove(KeyValuePair.Create(model, known));
        }
    }
}
