using CsCheck;
using IclMesh.Retrieval.Core.Exact;

namespace IclMesh.Retrieval.Tests.Exact;

public sealed unsafe class CodeKernelTests
{
    [Fact]
    public void Dots_AnyCodes_EqualTheSumWrittenOut()
    {
        // The extremes are what saturating instructions get wrong.
        var code = Gen.OneOf(Gen.Const((sbyte)127), Gen.Const((sbyte)-127), Gen.SByte[-127, 127]);
        Gen.Int[1, 6].SelectMany(blocks => code.Array[blocks * 64].Array[6]).Sample(codes =>
        {
            Check<PortableKernel>(codes);
            Check<Avx2Kernel>(codes);
            Check<VnniKernel>(codes);
        });
    }

    private static void Check<TKernel>(sbyte[][] codes)
        where TKernel : struct, ICodeKernel
    {
        if (!TKernel.IsSupported)
        {
            return;
        }

        var length = codes[0].Length;
        var rows = codes.Take(4).SelectMany(row => row).Select(value => (byte)(value + Quantizer.Bias)).ToArray();
        var (single, first, second) = (new int[4], new int[4], new int[4]);
        fixed (byte* memory = rows)
        fixed (sbyte* x = codes[4], y = codes[5])
        fixed (int* a = single, b = first, c = second)
        {
            var addresses = stackalloc byte*[4];
            for (var row = 0; row < 4; row++)
            {
                addresses[row] = memory + (row * length);
            }

            TKernel.Dots(addresses, 4, length, x, a, null);
            Assert.Equal(Expected(4), single);
            TKernel.Dots(addresses, 4, length, x, a, ahead: addresses);
            TKernel.Dots(addresses, 4, length, x, y, b, c);
        }

        Assert.Equal(Expected(4), single);
        Assert.Equal(Expected(4), first);
        Assert.Equal(Expected(5), second);

        int[] Expected(int query) =>
            [.. Enumerable.Range(0, 4).Select(row => Enumerable.Range(0, length).Sum(i => rows[(row * length) + i] * codes[query][i]))];
    }
}
