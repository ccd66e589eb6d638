namespace IclMesh.Kernel.Tests.Numerics;

public sealed class BlockedProductTests
{
    // Shapes around the tile (8 x 24 in 64 bit) and around the depth of a packed block (512).
    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(8, 24, 16)]
    [InlineData(9, 25, 17)]
    [InlineData(7, 23, 511)]
    [InlineData(70, 100, 513)]
    [InlineData(3, 1, 1030)]
    [InlineData(5, 5, 0)]
    public void MultiplyTransposed_AnyShape_EqualsPlainProduct(int rows, int others, int depth)
    {
        var a = Draw.Normal(rows, depth, 1);
        var b = Draw.Normal(others, depth, 2);

        var product = BlockedProduct.MultiplyTransposed(a, b, TestContext.Current.CancellationToken);

        // Sums of up to 1030 products of size 1, in another order: a few hundred units of 1e-16.
        Near.Equal(PlainProduct.MultiplyTransposed(a, b).Values, product.Values, relative: 0, absolute: 1e-12);
    }

    [Fact]
    public void Multiply_SinglePrecision_EqualsPlainProductWithinRounding()
    {
        var a = Draw.Normal(13, 700, 3);
        var b = Draw.Normal(101, 700, 4);
        var packed = new float[BlockedProduct.PackedLength<float>(101, 700)];
        var product = new float[13 * 101];

        BlockedProduct.Pack<float>(b.ToSingle(), 101, 700, packed);
        BlockedProduct.Multiply<float>(a.ToSingle(), 13, 700, packed, 101, product, 101);

        // 700 products of size 1: the sum's error grows like sqrt(700) x 6e-8 x its size.
        Near.Equal(PlainProduct.MultiplyTransposed(a, b).Values, Array.ConvertAll(product, x => (double)x), relative: 0, absolute: 1e-4);
    }
}
