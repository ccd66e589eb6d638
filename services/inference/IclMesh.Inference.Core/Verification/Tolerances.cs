namespace IclMesh.Inference.Core.Verification;

/// <summary>Largest differences allowed in fp32.</summary>
internal static class Tolerances
{
    /// <summary>Logits: several times what two attention implementations of the reference framework differ by (2e-5 to 4e-5).</summary>
    public const double Logits = 5e-4;

    /// <summary>Log-probabilities of tokens: as logits, without what is common to a row.</summary>
    public const double LogProbability = 1e-4;

    /// <summary>Sum of the log-probabilities of a continuation.</summary>
    public const double ChoiceLogProbability = 1e-3;

    /// <summary>Embedding components: weights are F16, arithmetic fp32 on both sides.</summary>
    public const double Embedding = 1e-5;

    /// <summary>Residual stream, keys and values, relative to the largest component of the vector.</summary>
    public const double Relative = 1e-4;

    /// <summary>De-quantised elements are products of two fp16 numbers and small integers: exact but for the order of rounding.</summary>
    public const double Element = 1e-6;

    /// <summary>
    /// Sums over a tensor, relative to the sum of absolute values. Both sides add in fp64, which loses about 1e-13 here; one level of one
    /// 8-bit weight in the largest tensor is 4e-9.
    /// </summary>
    public const double Sum = 1e-11;

    /// <summary>Attention: the reference computes rotary angles in fp32, which tells at positions beyond about 500.</summary>
    public static double Attention(int tokens) => tokens <= 512 ? 1e-5 : 1e-4;
}
