using IclMesh.Inference.ModelFiles.Configuration;

namespace IclMesh.Bench.Engine;

/// <summary>Floating-point operations that a run cannot avoid.</summary>
internal static class EngineWork
{
    /// <summary>Linear layers for every token, the causal half of attention, the head for the last row.</summary>
    public static double Prefill(ModelConfiguration model, int tokens)
    {
        var queries = model.Heads * model.HeadSize;
        var keys = model.KeyValueHeads * model.HeadSize;
        double layer = (model.HiddenSize * (queries + (2 * keys))) + (queries * model.HiddenSize) + (3 * model.HiddenSize * model.FeedForwardSize);
        var attention = 2.0 * queries * tokens * (tokens + 1) / 2;
        return 2 * ((model.Layers * ((layer * tokens) + attention)) + (model.HiddenSize * model.VocabularySize));
    }
}
