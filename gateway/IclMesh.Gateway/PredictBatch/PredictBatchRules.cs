using IclMesh.Gateway.V1;

namespace IclMesh.Gateway.PredictBatch;

internal static class PredictBatchRules
{
    /// <summary>Refuses a batch as a whole; what is wrong with a text is that text's own error.</summary>
    public static void Check(PredictBatchRequest request, GatewayOptions options)
    {
        var rules = new RequestRules();
        rules.InRange("inputs", request.Inputs.Count, 1, options.MaxBatch);
        if (rules.Require(request.Shared is not null, "shared", "must not be empty"))
        {
            rules.Require(request.Shared!.Input.Length == 0, "shared.input", "must be empty: the texts are in inputs");
        }

        rules.ThrowIfBroken();
    }
}
