using CsCheck;
using IclMesh.Retrieval.Core.Collections;
using IclMesh.Retrieval.Core.Exact;

namespace IclMesh.Retrieval.Tests.Exact;

public sealed class VectorMathTests
{
    [Fact]
    public void Score_AnyLengthAndMetric_EqualsTheDefinition() =>
        Gen.Int[1, 200].SelectMany(length => Gen.Float[-10, 10].Array[length].Select(Gen.Float[-10, 10].Array[length])).Sample((x, y) =>
        {
            Assert.All(Enum.GetValues<VectorMetric>(), metric =>
            {
                var expected = Plain.Score(metric, x, y);
                var actual = VectorMath.Score(metric, x, VectorMath.Norm(x), y, VectorMath.Norm(y));

                // Rounding of a sum of D products is at most D·2⁻²⁴ of the sum of their sizes, here at most 200·100.
                Assert.Equal(double.IsNaN(expected) ? 0 : expected, actual, metric == VectorMetric.Cosine ? 2e-5 : 200 * 6e-8 * 20_000);
            });
        });

    [Fact]
    public void Dot_UnalignedCopy_HasTheSameBits()
    {
        var vectors = Given.Vectors(2, 387);
        var shifted = new float[390];
        vectors[1].CopyTo(shifted, 3);

        var aligned = VectorMath.Dot(vectors[0], vectors[1]);
        var unaligned = VectorMath.Dot(vectors[0], shifted.AsSpan(3));

        Assert.Equal(BitConverter.SingleToInt32Bits(aligned), BitConverter.SingleToInt32Bits(unaligned));
    }

    [Fact]
    public void Cosine_TinyVectors_DoesNotVanish()
    {
        var cosine = VectorMath.Cosine([1e-15f, 0], [1e-15f, 1e-15f]);

        // 1/√2, with the few roundings of one product, two norms and two divisions.
        Assert.Equal(Math.Sqrt(0.5), cosine, 1e-6);
    }
}
