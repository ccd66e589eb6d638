using System.Buffers.Binary;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace IclMesh.Inference.ModelFiles.Tensors;

/// <summary>Decodes stored elements to fp32, sixteen quanta at a time; <see cref="PlainBlockDecoder"/> is the plain version.</summary>
/// <remarks>
/// Block layouts: llama.cpp, <c>ggml-common.h</c>. Every element is one product and at most one sum in fp32, in the order of
/// the reference, so results are equal bit for bit. Quanta are widened from signed bytes; all of them are below 128.
/// </remarks>
internal static class BlockDecoder
{
    private static readonly Vector128<byte> BitOfByte = Vector128.Create(1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, (byte)128);
    private static readonly Vector128<byte> FirstTwoBytes = Vector128.Create(0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, (byte)1);

    public static void Decode(TensorType type, ReadOnlySpan<byte> source, Span<float> destination)
    {
        switch (type)
        {
            case TensorType.F64 when BitConverter.IsLittleEndian:
                TensorPrimitives.ConvertTruncating<double, float>(MemoryMarshal.Cast<byte, double>(source), destination);
                return;
            case TensorType.F32 when BitConverter.IsLittleEndian:
                source.CopyTo(MemoryMarshal.AsBytes(destination));
                return;
            case TensorType.F16 when BitConverter.IsLittleEndian:
                TensorPrimitives.ConvertToSingle(MemoryMarshal.Cast<byte, Half>(source), destination);
                return;
            case TensorType.BF16 when BitConverter.IsLittleEndian:
                WidenBrainFloats(MemoryMarshal.Cast<byte, ushort>(source), destination);
                return;
        }

        int blockBytes = type.BlockBytes, blockLength = type.BlockLength;
        for (int from = 0, to = 0; to < destination.Length; from += blockBytes, to += blockLength)
        {
            DecodeBlock(type, source.Slice(from, blockBytes), destination.Slice(to, blockLength));
        }
    }

    private static void DecodeBlock(TensorType type, ReadOnlySpan<byte> block, Span<float> y)
    {
        switch (type)
        {
            case TensorType.Q8_0: Q8_0(block, y); break;
            case TensorType.Q4_0: Q4(block[2..], y, Scale(block), shift: 0, zero: 8); break;
            case TensorType.Q4_1: Q4(block[4..], y, Scale(block), Scale(block[2..]), zero: 0); break;
            case TensorType.Q5_0: Q5(block[2..], y, Scale(block), shift: 0, zero: 16); break;
            case TensorType.Q5_1: Q5(block[4..], y, Scale(block), Scale(block[2..]), zero: 0); break;
            case TensorType.Q4_K: Q4_K(block, y); break;
            case TensorType.Q5_K: Q5_K(block, y); break;
            case TensorType.Q6_K: Q6_K(block, y); break;
            default: PlainBlockDecoder.Decode(type, block, y); break;
        }
    }

    private static void Q8_0(ReadOnlySpan<byte> block, Span<float> y)
    {
        var d = Scale(block);
        Store(Load(block, 2).AsSByte(), d, y);
        Store(Load(block, 18).AsSByte(), d, y[16..]);
    }

    private static void Q4(ReadOnlySpan<byte> quanta, Span<float> y, float d, float shift, byte zero)
    {
        var packed = Load(quanta, 0);
        Store((Low(packed) - Vector128.Create(zero)).AsSByte(), d, y, shift);
        Store((High(packed) - Vector128.Create(zero)).AsSByte(), d, y[16..], shift);
    }

    private static void Q5(ReadOnlySpan<byte> quanta, Span<float> y, float d, float shift, byte zero)
    {
        var packed = Load(quanta, 4);
        Store(((Low(packed) | FifthBits(quanta)) - Vector128.Create(zero)).AsSByte(), d, y, shift);
        Store(((High(packed) | FifthBits(quanta[2..])) - Vector128.Create(zero)).AsSByte(), d, y[16..], shift);
    }

    private static void Q4_K(ReadOnlySpan<byte> block, Span<float> y)
    {
        float d = Scale(block), dmin = Scale(block[2..]);
        for (var pair = 0; pair < 4; pair++)
        {
            var (scaleLow, minimumLow) = PlainBlockDecoder.SixBits(block[4..16], 2 * pair);
            var (scaleHigh, minimumHigh) = PlainBlockDecoder.SixBits(block[4..16], (2 * pair) + 1);
            for (var half = 0; half < 32; half += 16)
            {
                var packed = Load(block, 16 + (32 * pair) + half);
                Store(Low(packed).AsSByte(), d * scaleLow, y[((64 * pair) + half)..], -(dmin * minimumLow));
                Store(High(packed).AsSByte(), d * scaleHigh, y[((64 * pair) + 32 + half)..], -(dmin * minimumHigh));
            }
        }
    }

    private static void Q5_K(ReadOnlySpan<byte> block, Span<float> y)
    {
        float d = Scale(block), dmin = Scale(block[2..]);
        for (var pair = 0; pair < 4; pair++)
        {
            var (scaleLow, minimumLow) = PlainBlockDecoder.SixBits(block[4..16], 2 * pair);
            var (scaleHigh, minimumHigh) = PlainBlockDecoder.SixBits(block[4..16], (2 * pair) + 1);
            for (var half = 0; half < 32; half += 16)
            {
                var fifth = Load(block, 16 + half);
                var packed = Load(block, 48 + (32 * pair) + half);
                var low = Low(packed) | Sixteen(fifth, Vector128.Create((byte)(1 << (2 * pair))));
                var high = High(packed) | Sixteen(fifth, Vector128.Create((byte)(2 << (2 * pair))));
                Store(low.AsSByte(), d * scaleLow, y[((64 * pair) + half)..], -(dmin * minimumLow));
                Store(high.AsSByte(), d * scaleHigh, y[((64 * pair) + 32 + half)..], -(dmin * minimumHigh));
            }
        }
    }

    private static void Q6_K(ReadOnlySpan<byte> block, Span<float> y)
    {
        var d = Scale(block[208..]);
        var zero = Vector128.Create((byte)32);
        for (var n = 0; n < 2; n++)
        {
            for (var half = 0; half < 2; half++)
            {
                Vector128<byte> first = Load(block, (64 * n) + (16 * half)), second = Load(block, (64 * n) + 32 + (16 * half));
                var upper = Load(block, 128 + (32 * n) + (16 * half));
                ReadOnlySpan<byte> scales = block.Slice(192 + (8 * n) + half);
                var target = y[((128 * n) + (16 * half))..];
                Store(((Low(first) | UpperBits(upper, 0)) - zero).AsSByte(), d * (sbyte)scales[0], target);
                Store(((Low(second) | UpperBits(upper, 2)) - zero).AsSByte(), d * (sbyte)scales[2], target[32..]);
                Store(((High(first) | UpperBits(upper, 4)) - zero).AsSByte(), d * (sbyte)scales[4], target[64..]);
                Store(((High(second) | UpperBits(upper, 6)) - zero).AsSByte(), d * (sbyte)scales[6], target[96..]);
            }
        }
    }

    private static void WidenBrainFloats(ReadOnlySpan<ushort> source, Span<float> destination)
    {
        var bits = MemoryMarshal.Cast<float, uint>(destination);
        var i = 0;
        for (; i <= source.Length - Vector128<ushort>.Count; i += Vector128<ushort>.Count)
        {
            var (low, high) = Vector128.Widen(Vector128.Create(source[i..]));
            (low << 16).CopyTo(bits[i..]);
            (high << 16).CopyTo(bits[(i + 4)..]);
        }

        for (; i < source.Length; i++)
        {
            bits[i] = (uint)source[i] << 16;
        }
    }

    private static float Scale(ReadOnlySpan<byte> at) => (float)BinaryPrimitives.ReadHalfLittleEndian(at);

    private static Vector128<byte> Load(ReadOnlySpan<byte> block, int offset) => Vector128.Create(block.Slice(offset, 16));

    private static Vector128<byte> Low(Vector128<byte> packed) => packed & Vector128.Create((byte)0x0F);

    private static Vector128<byte> High(Vector128<byte> packed) => packed >>> 4;

    /// <summary>Bit i of the first two bytes becomes 16 in byte i.</summary>
    private static Vector128<byte> FifthBits(ReadOnlySpan<byte> bits)
    {
        var spread = Vector128.Shuffle(Vector128.Create(BinaryPrimitives.ReadUInt16LittleEndian(bits)).AsByte(), FirstTwoBytes);
        return Sixteen(spread, BitOfByte);
    }

    private static Vector128<byte> Sixteen(Vector128<byte> value, Vector128<byte> bit) =>
        Vector128.Equals(value & bit, bit) & Vector128.Create((byte)16);

    private static Vector128<byte> UpperBits(Vector128<byte> value, int shift) =>
        ((value >>> shift) & Vector128.Create((byte)3)) << 4;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Vector128<sbyte> quanta, float scale, Span<float> y)
    {
        ref var target = ref MemoryMarshal.GetReference(y[..16]);
        var factor = Vector128.Create(scale);
        var (low, high) = Vector128.Widen(quanta);
        (Single(Vector128.WidenLower(low)) * factor).StoreUnsafe(ref target);
        (Single(Vector128.WidenUpper(low)) * factor).StoreUnsafe(ref target, 4);
        (Single(Vector128.WidenLower(high)) * factor).StoreUnsafe(ref target, 8);
        (Single(Vector128.WidenUpper(high)) * factor).StoreUnsafe(ref target, 12);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Vector128<sbyte> quanta, float scale, Span<float> y, float shift)
    {
        ref var target = ref MemoryMarshal.GetReference(y[..16]);
        Vector128<float> factor = Vector128.Create(scale), sum = Vector128.Create(shift);
        var (low, high) = Vector128.Widen(quanta);
        ((Single(Vector128.WidenLower(low)) * factor) + sum).StoreUnsafe(ref target);
        ((Single(Vector128.WidenUpper(low)) * factor) + sum).StoreUnsafe(ref target, 4);
        ((Single(Vector128.WidenLower(high)) * factor) + sum).StoreUnsafe(ref target, 8);
        ((Single(Vector128.WidenUpper(high)) * factor) + sum).StoreUnsafe(ref target, 12);
    }

    private static Vector128<float> Single(Vector128<int> quanta) => Vector128.ConvertToSingle(quanta);
}
