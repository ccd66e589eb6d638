using System.Buffers.Binary;

namespace IclMesh.Inference.ModelFiles.Tensors;

/// <summary>Decodes stored elements to fp32 one at a time: the definition that <see cref="BlockDecoder"/> is tested against.</summary>
/// <remarks>Block layouts: llama.cpp, <c>ggml-common.h</c>.</remarks>
internal static class PlainBlockDecoder
{
    public static void Decode(TensorType type, ReadOnlySpan<byte> source, Span<float> destination)
    {
        for (var i = 0; i < destination.Length; i++)
        {
            var (block, element) = Math.DivRem(i, type.BlockLength);
            destination[i] = Element(type, source.Slice(block * type.BlockBytes, type.BlockBytes), element);
        }
    }

    /// <summary>Scale and minimum number <paramref name="index"/> of the eight pairs that a super-block packs in 6 bits each.</summary>
    public static (int Scale, int Minimum) SixBits(ReadOnlySpan<byte> packed, int index) => index < 4
        ? (packed[index] & 63, packed[index + 4] & 63)
        : ((packed[index + 4] & 15) | (packed[index - 4] >> 6 << 4), (packed[index + 4] >> 4) | (packed[index] >> 6 << 4));

    private static float Element(TensorType type, ReadOnlySpan<byte> block, int i) => type switch
    {
        TensorType.F64 => (float)BinaryPrimitives.ReadDoubleLittleEndian(block),
        TensorType.F32 => BinaryPrimitives.ReadSingleLittleEndian(block),
        TensorType.F16 => Half(block, 0),
        TensorType.BF16 => BitConverter.UInt32BitsToSingle((uint)BinaryPrimitives.ReadUInt16LittleEndian(block) << 16),
        TensorType.Q8_0 => Half(block, 0) * (sbyte)block[2 + i],
        TensorType.Q4_0 => Half(block, 0) * (Nibble(block[2..], i) - 8),
        TensorType.Q4_1 => (Half(block, 0) * Nibble(block[4..], i)) + Half(block, 2),
        TensorType.Q5_0 => Half(block, 0) * ((Nibble(block[6..], i) | (Bit(block[2..], i) << 4)) - 16),
        TensorType.Q5_1 => (Half(block, 0) * (Nibble(block[8..], i) | (Bit(block[4..], i) << 4))) + Half(block, 2),
        TensorType.Q4_K => SuperBlock(block, i, NibbleOfPair(block[16..], i)),
        TensorType.Q5_K => SuperBlock(block, i, NibbleOfPair(block[48..], i) | (((block[16 + (i % 32)] >> (i / 32)) & 1) << 4)),
        TensorType.Q6_K => Half(block, 208) * (sbyte)block[192 + (i / 16)] * (SixBitQuantum(block, i) - 32),
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "has no decoder"),
    };

    private static float SuperBlock(ReadOnlySpan<byte> block, int i, int quantum)
    {
        var (scale, minimum) = SixBits(block[4..16], i / 32);
        return (Half(block, 0) * scale * quantum) - (Half(block, 2) * minimum);
    }

    /// <summary>Elements 0 to 15 are the low halves of sixteen bytes, 16 to 31 the high halves.</summary>
    private static int Nibble(ReadOnlySpan<byte> quanta, int i) => i < 16 ? quanta[i] & 15 : quanta[i - 16] >> 4;

    /// <summary>32 bytes hold 64 elements: the low halves first, then the high halves.</summary>
    private static int NibbleOfPair(ReadOnlySpan<byte> quanta, int i)
    {
        var packed = quanta[(32 * (i / 64)) + (i % 32)];
        return i % 64 < 32 ? packed & 15 : packed >> 4;
    }

    private static int SixBitQuantum(ReadOnlySpan<byte> block, int i)
    {
        var (n, inside) = Math.DivRem(i, 128);
        var low = block[(64 * n) + (inside % 64)];
        var high = block[128 + (32 * n) + (inside % 32)];
        return (inside < 64 ? low & 15 : low >> 4) | (((high >> (inside / 32 * 2)) & 3) << 4);
    }

    private static int Bit(ReadOnlySpan<byte> bits, int i) => (bits[i / 8] >> (i % 8)) & 1;

    private static float Half(ReadOnlySpan<byte> block, int offset) => (float)BinaryPrimitives.ReadHalfLittleEndian(block[offset..]);
}
