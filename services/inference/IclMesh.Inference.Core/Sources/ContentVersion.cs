using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace IclMesh.Inference.Core.Sources;

/// <summary>A short digest that tells two versions of a model's files apart.</summary>
/// <remarks>
/// Hashing whole weight files would take longer than loading them, so sixty-four places of each file are sampled. A change of a single
/// byte elsewhere goes unnoticed; <c>models verify</c> is the check for that.
/// </remarks>
internal static class ContentVersion
{
    private const int Samples = 64;
    private const int SampleBytes = 4096;
    private const int DigestCharacters = 16;

    /// <param name="paths">Files, in an order that does not depend on the file system.</param>
    public static string Of(IReadOnlyList<string> paths)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> number = stackalloc byte[sizeof(long)];
        foreach (var path in paths)
        {
            using var file = new MappedFile(path);
            hash.AppendData(Encoding.UTF8.GetBytes(Path.GetFileName(path)));
            BinaryPrimitives.WriteInt64LittleEndian(number, file.Length);
            hash.AppendData(number);
            foreach (var offset in Offsets(file.Length))
            {
                hash.AppendData(file.Slice(offset, Math.Min(SampleBytes, file.Length - offset)));
            }
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset())[..DigestCharacters];
    }

    private static IEnumerable<long> Offsets(long length)
    {
        var last = Math.Max(0, length - SampleBytes);
        return Enumerable.Range(0, Samples).Select(i => last / (Samples - 1) * i).Append(last).Distinct();
    }
}
