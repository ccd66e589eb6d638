using IclMesh.Kernel.V1;
using IclMesh.ServiceDefaults.Rules;

namespace IclMesh.Kernel.ExplainPrediction;

internal static class ExplainPredictionRules
{
    public static void Check(ExplainPredictionRequest request)
    {
        var rules = new RequestRules();
        rules.Distribution("model_probabilities", request.ModelProbabilities, minimum: 2);
        var classes = request.ModelProbabilities.Count;
        rules.Require(request.Labels.Count > 0, "labels", "must hold one label or more, has 0");
        for (var i = 0; i < request.Labels.Count; i++)
        {
            rules.Require(
                request.Labels[i] >= 0 && request.Labels[i] < classes,
                $"labels[{i}]",
                $"must be between 0 and {classes - 1}, is {request.Labels[i]}");
        }

        rules.Require(request.Attention is not null || request.Similarities.Count > 0, "attention", "attention or similarities is required");
        if (request.Similarities.Count > 0 && rules.Finite("similarities", request.Similarities))
        {
            rules.Require(
                request.Similarities.Count == request.Labels.Count,
                "similarities",
                $"must hold one value per label, {request.Labels.Count}, has {request.Similarities.Count}");
        }

        if (request.Attention is not null)
        {
            CheckAttention(rules, request);
        }

        if (request.Profile is not null)
        {
            HeadProfileRules.Check(rules, "profile", request.Profile, classes);
        }

        rules.ThrowIfBroken();
    }

    private static void CheckAttention(RequestRules rules, ExplainPredictionRequest request)
    {
        if (!rules.Tensor("attention", request.Attention, dimensions: 3))
        {
            return;
        }

        var shape = request.Attention.Shape;
        rules.Require(
            shape[2] == request.Labels.Count, "attention.shape", $"must end in the number of labels {request.Labels.Count}, ends in {shape[2]}");
        rules.NonNegative("attention.values", request.Attention.Span());
        if (request.Profile is not null)
        {
            HeadProfileRules.CheckHeads(rules, "profile", request.Profile, shape[0], shape[1]);
        }
    }
}
