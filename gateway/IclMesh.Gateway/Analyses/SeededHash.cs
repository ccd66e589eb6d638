using System.Buffers.Binary;
using System.IO.Hashing;

namespace IclMesh.Gateway.Analyses;

/// <summary>Random choices that depend on a seed and a place alone, so that a resumed job repeats them.</summary>
internal static class SeededHash
{
    /// <summary>64 bits for a place.</summary>
    /// <param name="seed">Seed of the job.</param>
    /// <param name="place">What is chosen, from coarse to fine: purpose, row, item.</param>
    public static ulong Bits(ulong seed, params ReadOnlySpan<int> place)
    {
        Span<byte> bytes = stackalloc byte[place.Length * sizeof(int)];
        for (var i = 0; i < place.Length; i++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(bytes[(i * sizeof(int))..], place[i]);
        }

        return XxHash3.HashToUInt64(bytes, unchecked((long)seed));
    }

    /// <summary>A number in [0, 1).</summary>
    public static double Uniform(ulong seed, params ReadOnlySpan<int> place) => (Bits(seed, place) >> 11) * (1.0 / (1UL << 53));

    /// <summary>A number in [0, count). The bias is below count / 2^64.</summary>
    public static int Below(int count, ulong seed, params ReadOnlySpan<int> place) => (int)(Bits(seed, place) % (ulong)count);

    /// <summary>A permutation of the items: sorted by their hashes.</summary>
    public static T[] Shuffle<T>(IReadOnlyList<T> items, ulong seed, int purpose, int row) =>
        [.. items.Select((item, index) => (item, key: Bits(seed, purpose, row, index))).OrderBy(pair => pair.key).Select(pair => pair.item)];
}
