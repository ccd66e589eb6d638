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
            // Stores refuse vectors whose squares vanish: there the cosine has no digits.
            if (VectorMath.Norm(x) < 1e-15f || VectorMath.Norm(y) < 1e-15f)
            {
                return;
            }

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

    [Theory]
    [InlineData(1)]
    [InlineData(32)]
    [InlineData(387)]
    public void Dots_Pair_HasTheBitsOfTheFixedOrder(int length)
    {
        var vectors = Given.Vectors(3, length);

        var (first, second) = VectorMath.Dots(vectors[0], vectors[1], vectors[2]);

        Assert.Equal(
            (InOrder(vectors[0], vectors[1]), InOrder(vectors[0], vectors[2])), (BitConverter.SingleToInt32Bits(first), BitConverter.SingleToInt32Bits(second)));
        Assert.Equal(BitConverter.SingleToInt32Bits(first), BitConverter.SingleToInt32Bits(VectorMath.Dot(vectors[0], vectors[1])));
    }

    /// <summary>The order of additions that scores promise, written out: 32 lanes, halved to 16, 8, 4 and 1, then what is left over.</summary>
    private static int InOrder(float[] x, float[] y)
    {
        var lanes = new float[32];
        var whole = x.Length - (x.Length % 32);
        for (var i = 0; i < whole; i++)
        {
            lanes[i % 32] += x[i] * y[i];
        }

        for (var width = 16; width >= 4; width /= 2)
        {
            for (var i = 0; i < width; i++)
            {
                lanes[i] += lanes[i + width];
            }
        }

        var sum = (lanes[0] + lanes[2]) + (lanes[1] + lanes[3]);
        for (var i = whole; i < x.Length; i++)
        {
            sum += x[i] * y[i];
        }

        return BitConverter.SingleToInt32Bits(sum);
    }

    [Fact]
    public void Cosine_TinyVectors_DoesNotVanish()
    {
        var cosine = VectorMath.Cosine([1e-15f, 0], [1e-15f, 1e-15f]);

        // 1/√2, with the few roundings of one product, two norms and two divisions.
        Assert.Equal(Math.Sqrt(0.5), cosine, 1e-6);
    }
}
