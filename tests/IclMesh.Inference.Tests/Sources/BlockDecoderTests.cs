using CsCheck;
using IclMesh.Inference.ModelFiles.Tensors;

namespace IclMesh.Inference.Tests.Sources;

public class BlockDecoderTests
{
    [Fact]
    public void Decode_AnyBytesOfAnyType_EqualsThePlainDecoder()
    {
        var cases = Gen.Select(Gen.Enum<TensorType>(), Gen.Int[1, 9], Gen.Int[0, int.MaxValue]);

        cases.Sample((type, blocks, seed) =>
        {
            var bytes = new byte[blocks * type.BlockBytes];
            new Random(seed).NextBytes(bytes);
            float[] fast = new float[blocks * type.BlockLength], plain = new float[blocks * type.BlockLength];

            BlockDecoder.Decode(type, bytes, fast);
            PlainBlockDecoder.Decode(type, bytes, plain);

            // Random scales are sometimes infinite or not numbers; those must agree too.
            for (var i = 0; i < plain.Length; i++)
            {
                Assert.True(plain[i].Equals(fast[i]), $"{type} element {i}: {plain[i]:R} and {fast[i]:R}");
            }
        });
    }
}
