using IclMesh.Retrieval.Core.Collections;

namespace IclMesh.Retrieval.Core.Exact;

/// <summary>A query, ready for scanning.</summary>
/// <remarks>
/// A scan ranks rows by v = x̂·ŷ + o with o = −‖x‖²/2 for the Euclidean distance and 0 otherwise, which orders them as their scores do.
/// For every row it knows v within a bound that includes all rounding, that of the fp32 score too.
/// </remarks>
internal sealed class ScanQuery
{
    private readonly VectorMetric metric;
    private readonly double squaredNorm;

    /// <summary>Prepares a query.</summary>
    /// <param name="metric">How vectors are compared.</param>
    /// <param name="vector">The query, [D].</param>
    /// <param name="limit">How many rows to find.</param>
    public ScanQuery(VectorMetric metric, ReadOnlyMemory<float> vector, int limit)
    {
        this.metric = metric;
        Vector = vector;
        Limit = limit;
        Norm = VectorMath.Norm(vector.Span);
        Codes = new sbyte[Quantizer.PaddedLength(vector.Length)];
        var quantized = Quantizer.Quantize(vector.Span, metric == VectorMetric.Cosine ? Norm : 1, Codes);
        Scale = quantized.Scale;
        Residual = Quantizer.Up(quantized.Residual);
        ScaledNorm = Quantizer.Up(quantized.Norm);
        foreach (var code in Codes)
        {
            BiasCorrection += Quantizer.Bias * code;
        }

        squaredNorm = quantized.Norm * quantized.Norm;
        var rounding = Quantizer.Rounding(vector.Length);

        // The least normal number covers what vanishes when products become denormal.
        Slack = Quantizer.Up((metric == VectorMetric.Euclidean ? 2 * rounding * squaredNorm : 0) + (4 * Quantizer.LeastNormal));
    }

    /// <summary>The query, [D].</summary>
    public ReadOnlyMemory<float> Vector { get; }

    /// <summary>How many rows to find.</summary>
    public int Limit { get; }

    /// <summary>Its fp32 norm.</summary>
    public float Norm { get; }

    /// <summary>Its codes.</summary>
    public sbyte[] Codes { get; }

    /// <summary>t: code p stands for the component t·p of ŷ.</summary>
    public float Scale { get; }

    /// <summary>At least ‖ŷ − t·p‖.</summary>
    public float Residual { get; }

    /// <summary>At least ‖ŷ‖.</summary>
    public float ScaledNorm { get; }

    /// <summary>128·Σp, which the rows' bias adds to every product of codes.</summary>
    public int BiasCorrection { get; }

    /// <summary>Part of the bound that is the same for every row.</summary>
    public float Slack { get; }

    /// <summary>The fp32 score of a row.</summary>
    /// <param name="row">The row's vector.</param>
    /// <param name="rowNorm">Its fp32 norm.</param>
    public float Score(ReadOnlySpan<float> row, float rowNorm) => VectorMath.Score(metric, Vector.Span, Norm, row, rowNorm);

    /// <summary>v of a row with this score.</summary>
    /// <param name="score">An fp32 score.</param>
    public double ScanValue(float score) => metric == VectorMetric.Euclidean ? (squaredNorm - ((double)score * score)) / 2 : score;
}
