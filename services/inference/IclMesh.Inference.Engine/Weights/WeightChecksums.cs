using System.Buffers;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace IclMesh.Inference.Engine.Weights;

/// <summary>Checksums at the end of a weight file: one XXH3 of 64 bits for each MiB of weights, and one of those.</summary>
/// <remarks>Reading and comparing runs at the speed of memory for a file in the system's cache; loading would read the file anyway.</remarks>
internal static class WeightChecksums
{
    private const int Block = 1 << 20;

    /// <summary>Bytes that the checksums of so many bytes of weights take.</summary>
    public static long Length(long weights) => sizeof(ulong) * (Blocks(weights) + 1L);

    /// <summary>Appends the checksums to a file that holds all its weights.</summary>
    public static void Append(SafeFileHandle file, long weights)
    {
        var sums = Compute(file, weights) ?? throw new IOException("the file was shortened while it was written");
        RandomAccess.Write(file, MemoryMarshal.AsBytes<ulong>(sums), weights);
    }

    /// <summary>True where a file exists, has the right length and all its checksums agree.</summary>
    public static bool Agree(string path, long weights)
    {
        if (!File.Exists(path))
        {
            return false;
        }

        try
        {
            using var file = File.OpenHandle(path);
            if (RandomAccess.GetLength(file) != weights + Length(weights))
            {
                return false;
            }

            var stored = new ulong[Blocks(weights) + 1];
            return Read(file, MemoryMarshal.AsBytes(stored.AsSpan()), weights) && Compute(file, weights) is { } sums && stored.AsSpan().SequenceEqual(sums);
        }
        catch (FileNotFoundException)
        {
            return false;
        }
    }

    /// <summary>Checksums of all blocks, and of the checksums; null where the file ends too early.</summary>
    private static ulong[]? Compute(SafeFileHandle file, long weights)
    {
        var sums = new ulong[Blocks(weights) + 1];
        var whole = true;
        Parallel.For(
            0,
            sums.Length - 1,
            new ParallelOptions { MaxDegreeOfParallelism = 2 },
            () => ArrayPool<byte>.Shared.Rent(Block),
            (index, _, buffer) =>
            {
                var bytes = buffer.AsSpan(0, (int)Math.Min(Block, weights - ((long)index * Block)));
                if (!Read(file, bytes, (long)index * Block))
                {
                    Volatile.Write(ref whole, false);
                }

                sums[index] = XxHash3.HashToUInt64(bytes);
                return buffer;
            },
            buffer => ArrayPool<byte>.Shared.Return(buffer));
        sums[^1] = XxHash3.HashToUInt64(MemoryMarshal.AsBytes(sums.AsSpan(..^1)), seed: weights);
        return whole ? sums : null;
    }

    private static bool Read(SafeFileHandle file, Span<byte> destination, long offset)
    {
        while (!destination.IsEmpty)
        {
            var count = RandomAccess.Read(file, destination, offset);
            if (count == 0)
            {
                return false;
            }

            destination = destination[count..];
            offset += count;
        }

        return true;
    }

    private static int Blocks(long weights) => checked((int)((weights + Block - 1) / Block));
}
