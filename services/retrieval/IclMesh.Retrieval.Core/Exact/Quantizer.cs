using System.IO.Hashing;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using IclMesh.Retrieval.Core.Collections;

namespace IclMesh.Retrieval.Core.Exact;

/// <summary>Turns vectors into 8-bit codes and says how far a product of codes can be from the fp32 score.</summary>
/// <remarks>
/// With x̂ = s·q + e and ŷ = t·p + f: x̂·ŷ = s·t·(q·p) + (s·q)·f + e·ŷ, so by Cauchy and Schwarz the integer product q·p misses x̂·ŷ by at most
/// ‖s·q‖‖f‖ + ‖e‖‖ŷ‖. To that comes <see cref="Rounding"/> for the fp32 arithmetic of the score and of the bound itself.
/// </remarks>
internal static class Quantizer
{
    /// <summary>Largest code.</summary>
    public const int MaxCode = 127;

    /// <summary>Row codes are stored with this added, because the fastest instructions multiply unsigned with signed bytes.</summary>
    public const int Bias = 128;

    /// <summary>The least float with all its digits.</summary>
    public const float LeastNormal = 1.17549435e-38f;

    private const int CodeAlignment = 64;
    private const double UnitRoundoff = 1.0 / (1 << 24);

    /// <summary>Bytes of a row of codes.</summary>
    /// <param name="dimension">Components of a vector.</param>
    public static int PaddedLength(int dimension) => (dimension + CodeAlignment - 1) / CodeAlignment * CodeAlignment;

    /// <summary>How far, relative to the norms, rounding can move a score: generous against the textbook bound.</summary>
    /// <remarks>
    /// <see cref="VectorMath.Dot"/> adds at most D/32 + 31 + 6 products in a row, each step off by one unit roundoff; as many again stand for the
    /// norm, and 32 cover the divisions, the square root and the fp32 evaluation of the bound.
    /// </remarks>
    /// <param name="dimension">Components of a vector.</param>
    public static double Rounding(int dimension) => (2 * (dimension / 32 + 38) + 32) * UnitRoundoff;

    /// <summary>Quantises a row.</summary>
    /// <param name="metric">How vectors are compared.</param>
    /// <param name="vector">The vector, [D].</param>
    /// <param name="idHash">Hash of its id.</param>
    /// <param name="codes">Receives biased codes, [<see cref="PaddedLength"/>].</param>
    public static RowFacts QuantizeRow(VectorMetric metric, ReadOnlySpan<float> vector, ulong idHash, Span<byte> codes)
    {
        var norm = VectorMath.Norm(vector);
        var divisor = metric == VectorMetric.Cosine ? norm : 1.0;
        var quantized = Quantize(vector, divisor, MemoryMarshal.Cast<byte, sbyte>(codes));
        TensorPrimitives.Xor(codes, (byte)Bias, codes);
        var facts = new RowFacts(
            quantized.Scale,
            Up(quantized.CodeNorm),
            Up(quantized.Residual + Rounding(vector.Length) * quantized.Norm),
            norm,
            idHash,
            VectorCheck(vector),
            CodeCheck: 0);
        return facts with { CodeCheck = CodeCheck(codes, facts) };
    }

    /// <summary>Quantises a vector: x ≈ divisor·scale·code.</summary>
    /// <param name="vector">The vector, [D].</param>
    /// <param name="divisor">Divides every component first, greater than 0.</param>
    /// <param name="codes">Receives codes of [−127, 127], [<see cref="PaddedLength"/>], zeros behind the end.</param>
    public static (float Scale, double CodeNorm, double Residual, double Norm) Quantize(
        ReadOnlySpan<float> vector, double divisor, Span<sbyte> codes)
    {
        codes.Clear();
        var scale = (float)(Math.Abs((double)TensorPrimitives.MaxMagnitude(vector)) / divisor / MaxCode);
        if (scale < LeastNormal)
        {
            // All zero, or so small that a scale would have no digits: everything is residual.
            scale = 0;
        }

        var toCode = scale == 0 ? 0 : 1 / (divisor * scale);
        var (codeSquares, residualSquares, squares) = (0.0, 0.0, 0.0);
        var i = QuantizeGroups(vector, divisor, scale, toCode, codes, ref codeSquares, ref residualSquares, ref squares);
        for (; i < vector.Length; i++)
        {
            var code = (int)Math.Clamp(Math.Round(vector[i] * toCode), -MaxCode, MaxCode);
            codes[i] = (sbyte)code;
            var component = vector[i] / divisor;
            var coded = (double)scale * code;
            codeSquares += coded * coded;
            residualSquares += (component - coded) * (component - coded);
            squares += component * component;
        }

        return (scale, Math.Sqrt(codeSquares), Math.Sqrt(residualSquares), Math.Sqrt(squares));
    }

    /// <summary>The loop of <see cref="Quantize"/> over whole groups of eight; sums differ from its own by the rounding of doubles, which <see cref="Up"/> covers.</summary>
    /// <returns>Components that were done.</returns>
    private static int QuantizeGroups(
        ReadOnlySpan<float> vector,
        double divisor,
        float scale,
        double toCode,
        Span<sbyte> codes,
        ref double codeSquares,
        ref double residualSquares,
        ref double squares)
    {
        var (codeSum, residualSum, sum) = (Vector256<double>.Zero, Vector256<double>.Zero, Vector256<double>.Zero);
        var i = 0;
        for (; i + 8 <= vector.Length; i += 8)
        {
            var (low, high) = Vector256.Widen(Vector256.Create(vector[i..]));
            var lowCode = Code(low, toCode);
            var highCode = Code(high, toCode);
            var (lowMiss, highMiss) = ((low / divisor) - (lowCode * scale), (high / divisor) - (highCode * scale));
            codeSum += (lowCode * scale * (lowCode * scale)) + (highCode * scale * (highCode * scale));
            residualSum += (lowMiss * lowMiss) + (highMiss * highMiss);
            sum += (low / divisor * (low / divisor)) + (high / divisor * (high / divisor));
            var whole = Vector256.ConvertToInt32(Vector256.Narrow(lowCode, highCode));
            Vector128.Narrow(Vector256.Narrow(whole, whole).GetLower(), Vector128<short>.Zero).GetLower().CopyTo(codes[i..]);
        }

        (codeSquares, residualSquares, squares) = (Vector256.Sum(codeSum), Vector256.Sum(residualSum), Vector256.Sum(sum));
        return i;

        static Vector256<double> Code(Vector256<double> values, double toCode) => Vector256.Min(
            Vector256.Max(Vector256.Round(values * toCode), Vector256.Create(-(double)MaxCode)), Vector256.Create((double)MaxCode));
    }

    /// <summary>The next float above a double, and a little more for the double's own rounding.</summary>
    /// <param name="value">At least 0.</param>
    public static float Up(double value) => MathF.BitIncrement((float)(value * (1 + 1e-9)));

    /// <summary>Hash of a vector's bytes.</summary>
    /// <param name="vector">The vector.</param>
    public static uint VectorCheck(ReadOnlySpan<float> vector) => (uint)XxHash3.HashToUInt64(MemoryMarshal.AsBytes(vector));

    /// <summary>Hash of a row's codes and facts.</summary>
    /// <param name="codes">The codes.</param>
    /// <param name="facts">The facts; their own code check does not count.</param>
    public static uint CodeCheck(ReadOnlySpan<byte> codes, RowFacts facts)
    {
        var bare = facts with { CodeCheck = 0 };
        var seed = XxHash3.HashToUInt64(MemoryMarshal.AsBytes(new ReadOnlySpan<RowFacts>(in bare)));
        return (uint)XxHash3.HashToUInt64(codes, (long)seed);
    }
}
