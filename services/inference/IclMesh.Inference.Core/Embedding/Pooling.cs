using System.Numerics.Tensors;
using IclMesh.Inference.Core.Sources;

namespace IclMesh.Inference.Core.Embedding;

/// <summary>From the hidden states of a text to its embedding.</summary>
internal static class Pooling
{
    /// <summary>Pools one text.</summary>
    /// <param name="hidden">Last layer, [tokens, features].</param>
    /// <param name="features">Length of a row.</param>
    /// <param name="settings">How the encoder pools.</param>
    public static float[] Apply(ReadOnlySpan<float> hidden, int features, EncoderSettings settings)
    {
        var pooled = hidden[..features].ToArray();
        if (settings.Pooling == "mean")
        {
            for (var start = features; start < hidden.Length; start += features)
            {
                TensorPrimitives.Add(pooled, hidden.Slice(start, features), pooled);
            }

            TensorPrimitives.Divide(pooled, hidden.Length / features, pooled);
        }

        if (settings.Normalize)
        {
            // The floor is sentence-transformers' own: a zero vector stays zero.
            TensorPrimitives.Divide(pooled, Math.Max(TensorPrimitives.Norm<float>(pooled), 1e-12f), pooled);
        }

        return pooled;
    }
}
