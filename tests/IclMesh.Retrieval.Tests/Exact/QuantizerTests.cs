using CsCheck;
using IclMesh.Retrieval.Core.Collections;
using IclMesh.Retrieval.Core.Exact;

namespace IclMesh.Retrieval.Tests.Exact;

public sealed class QuantizerTests
{
    [Fact]
    public void QuantizeRow_AnyVector_FactsHold() =>
        Gen.Float[-1, 1].Array[1, 200].Where(vector => VectorMath.Norm(vector) > 1e-3f).Sample(vector =>
        {
            var codes = new byte[Quantizer.PaddedLength(vector.Length)];

            var facts = Quantizer.QuantizeRow(VectorMetric.Cosine, vector, 7, codes);

            var unit = vector.Select(x => x / (double)facts.Norm).ToArray();
            var coded = vector.Select((_, i) => (double)facts.Scale * (codes[i] - Quantizer.Bias)).ToArray();
            Assert.True(facts.CodeNorm >= Math.Sqrt(coded.Sum(x => x * x)));
            Assert.True(facts.Residual >= Math.Sqrt(unit.Zip(coded, (x, c) => (x - c) * (x - c)).Sum()));

            // Rounding to the nearest code leaves at most half a step a component; the rest is the allowance for rounding.
            Assert.True(facts.Residual <= (0.5001 * facts.Scale * Math.Sqrt(vector.Length)) + (2 * Quantizer.Rounding(vector.Length)));
            Assert.All(codes.Skip(vector.Length), code => Assert.Equal(Quantizer.Bias, code));
        });

    [Fact]
    public void QuantizeRow_ZeroVector_IsAllResidual()
    {
        var codes = new byte[64];

        var facts = Quantizer.QuantizeRow(VectorMetric.DotProduct, new float[3], 0, codes);

        Assert.Equal((0f, 0f), (facts.Scale, facts.Norm));
        Assert.All(codes, code => Assert.Equal(Quantizer.Bias, code));
    }
}
