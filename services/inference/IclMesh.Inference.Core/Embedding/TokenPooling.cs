using System.Numerics.Tensors;
using IclMesh.Inference.ModelFiles.Configuration;

namespace IclMesh.Inference.Core.Embedding;

/// <summary>From the hidden states of a text to its embedding.</summary>
/// <remarks>Source: sentence-transformers, <c>Pooling.forward</c>.</remarks>
internal static class TokenPooling
{
    /// <summary>Pools one text.</summary>
    /// <param name="hidden">Last layer, [tokens, features].</param>
    /// <param name="features">Length of a row.</param>
    /// <param name="skipped">Leading tokens that take no part: those of a prompt that is not pooled. A mode that takes one token takes it all the same.</param>
    /// <param name="settings">How the encoder pools.</param>
    public static float[] Apply(ReadOnlySpan<float> hidden, int features, int skipped, EncoderSettings settings)
    {
        var tokens = hidden.Length / features;
        var pooled = settings.Pooling switch
        {
            "cls" => hidden[..features].ToArray(),
            "lasttoken" => hidden[^features..].ToArray(),
            "max" => Largest(hidden, features, skipped, tokens),

            // Weights are places in the whole text, also where the first of them are left out.
            "weightedmean" => Sum(hidden, features, skipped, tokens, place => place + 1, ((long)tokens * (tokens + 1) / 2) - ((long)skipped * (skipped + 1) / 2)),
            "mean_sqrt_len" => Sum(hidden, features, skipped, tokens, _ => 1, MathF.Sqrt(tokens - skipped)),
            _ => Sum(hidden, features, skipped, tokens, _ => 1, tokens - skipped),
        };
        if (settings.Normalize)
        {
            // The floor is sentence-transformers' own: a zero vector stays zero.
            TensorPrimitives.Divide(pooled, Math.Max(TensorPrimitives.Norm<float>(pooled), 1e-12f), pooled);
        }

        return pooled;
    }

    private static float[] Sum(ReadOnlySpan<float> hidden, int features, int skipped, int tokens, Func<int, float> weight, float divisor)
    {
        var pooled = new float[features];
        for (var place = skipped; place < tokens; place++)
        {
            TensorPrimitives.MultiplyAdd(hidden.Slice(place * features, features), weight(place), pooled, pooled);
        }

        TensorPrimitives.Divide(pooled, Math.Max(divisor, 1e-9f), pooled);
        return pooled;
    }

    private static float[] Largest(ReadOnlySpan<float> hidden, int features, int skipped, int tokens)
    {
        var pooled = hidden.Slice(skipped * features, features).ToArray();
        for (var place = skipped + 1; place < tokens; place++)
        {
            TensorPrimitives.Max(pooled, hidden.Slice(place * features, features), pooled);
        }

        return pooled;
    }
}
