using IclMesh.Kernel.Core.Explanation;
using IclMesh.Kernel.V1;

namespace IclMesh.Kernel.ExplainPrediction;

internal static class ExplainPredictionMapping
{
    public static AttentionProfile ToProfile(this V1.HeadProfile profile) => new(
        [.. profile.Heads.Select(head => new ProfileHead(head.Layer, head.Head, head.Weight))],
        profile.ClassBiases.Count == 0 ? null : [.. profile.ClassBiases]);

    public static KernelView ToView(this PredictionView view, string name) => new()
    {
        Name = name,
        Weights = { view.Weights },
        Contributions = { view.Contributions },
        RemovalEffects = { view.RemovalEffects },
        Probabilities = { view.Probabilities },
        Agrees = view.Agrees,
        EffectiveCount = view.EffectiveCount,
    };
}
