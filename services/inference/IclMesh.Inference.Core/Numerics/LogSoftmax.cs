using System.Numerics.Tensors;

namespace IclMesh.Inference.Core.Numerics;

/// <summary>Log-probabilities from logits.</summary>
internal static class LogSoftmax
{
    private const int Block = 1024;

    /// <summary>Logarithm of the sum of exponentials. Partial sums are added in fp64: 49,152 terms lose nothing that matters.</summary>
    /// <param name="logits">Logits, [vocabulary].</param>
    public static double Normalizer(ReadOnlySpan<float> logits)
    {
        Span<float> exponentials = stackalloc float[Block];
        var maximum = TensorPrimitives.Max(logits);
        var sum = 0.0;
        for (var start = 0; start < logits.Length; start += Block)
        {
            var part = logits.Slice(start, Math.Min(Block, logits.Length - start));
            var target = exponentials[..part.Length];
            TensorPrimitives.Subtract(part, maximum, target);
            TensorPrimitives.Exp(target, target);
            sum += TensorPrimitives.Sum<float>(target);
        }

        return maximum + Math.Log(sum);
    }

    /// <summary>Probabilities of a few scores, softmax in fp64.</summary>
    public static double[] Probabilities(ReadOnlySpan<double> scores)
    {
        var maximum = TensorPrimitives.Max(scores);
        var weights = new double[scores.Length];
        for (var index = 0; index < weights.Length; index++)
        {
            weights[index] = Math.Exp(scores[index] - maximum);
        }

        TensorPrimitives.Divide(weights, TensorPrimitives.Sum<double>(weights), weights);
        return weights;
    }
}
