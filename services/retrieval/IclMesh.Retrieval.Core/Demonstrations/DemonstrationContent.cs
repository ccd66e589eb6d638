using System.Buffers;
using System.Buffers.Binary;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using IclMesh.Retrieval.Core.Selection;

namespace IclMesh.Retrieval.Core.Demonstrations;

/// <summary>What is derived from a demonstration's content when it is written, and what tells that a stored row is what was written.</summary>
/// <param name="Digest">SHA-256 of everything but the version: equal digests mean equal content, also where somebody tries to make them equal.</param>
/// <param name="Checksum">XXH3 of the same: a row that was damaged does not match it.</param>
/// <param name="Brief">XXH3 of everything but the text, for reads that do not need it; with the vector where the store reads it along with the rest.</param>
/// <param name="TextBytes">UTF-8 bytes of the text.</param>
/// <param name="TextKey">Hash of the text as <see cref="NormalizedText"/>; different ones mean different texts, equal ones are compared.</param>
internal readonly record struct DemonstrationContent(byte[] Digest, long Checksum, long Brief, long TextBytes, long TextKey)
{
    /// <summary>Derives everything.</summary>
    /// <param name="demonstration">The demonstration, vector included.</param>
    /// <param name="metadata"><see cref="DemonstrationCodec.WriteMetadata"/> of it.</param>
    /// <param name="distribution"><see cref="DemonstrationCodec.WriteDistribution"/> of it.</param>
    /// <param name="briefVector">The vector where <see cref="Brief"/> covers it, otherwise empty.</param>
    public static DemonstrationContent Of(Demonstration demonstration, string metadata, string? distribution, ReadOnlySpan<float> briefVector)
    {
        using var bytes = Bytes(demonstration, metadata, distribution);
        var derived = demonstration with { TextBytes = Encoding.UTF8.GetByteCount(demonstration.Text), TextKey = KeyOf(NormalizedText.Of(demonstration.Text)) };
        return new(SHA256.HashData(bytes.Span), Sum(bytes.Span), BriefOf(derived, metadata, distribution, briefVector), derived.TextBytes, derived.TextKey);
    }

    /// <summary>The checksum of a row that was read whole.</summary>
    /// <param name="demonstration">The demonstration, vector included.</param>
    public static long ChecksumOf(Demonstration demonstration)
    {
        using var bytes = Bytes(
            demonstration,
            DemonstrationCodec.WriteMetadata(demonstration.Metadata),
            DemonstrationCodec.WriteDistribution(demonstration.LabelDistribution));
        return Sum(bytes.Span);
    }

    /// <summary>The checksum of a row that was read without its text.</summary>
    /// <param name="demonstration">The demonstration.</param>
    /// <param name="metadata">Its metadata as JSON.</param>
    /// <param name="distribution">Its label distribution as JSON.</param>
    /// <param name="vector">Its vector where the checksum covers it, otherwise empty.</param>
    public static long BriefOf(Demonstration demonstration, string metadata, string? distribution, ReadOnlySpan<float> vector)
    {
        using var bytes = new PooledBytes();
        foreach (var part in (ReadOnlySpan<string>)[demonstration.Id, demonstration.Label, demonstration.Split, metadata, distribution ?? ""])
        {
            bytes.Add(part);
        }

        bytes.Add(demonstration.TextBytes);
        bytes.Add(demonstration.TextKey);
        bytes.Add(MemoryMarshal.AsBytes(vector));
        return Sum(bytes.Span);
    }

    /// <summary>The key of a normalised text.</summary>
    /// <param name="normalized">From <see cref="NormalizedText"/>.</param>
    public static long KeyOf(string normalized) => (long)XxHash3.HashToUInt64(MemoryMarshal.AsBytes(normalized.AsSpan()));

    private static long Sum(ReadOnlySpan<byte> bytes) => (long)XxHash3.HashToUInt64(bytes);

    private static PooledBytes Bytes(Demonstration demonstration, string metadata, string? distribution)
    {
        var bytes = new PooledBytes();
        foreach (var part in (ReadOnlySpan<string>)
            [demonstration.Id, demonstration.Text, demonstration.Label, demonstration.Split, metadata, distribution ?? ""])
        {
            bytes.Add(part);
        }

        bytes.Add(MemoryMarshal.AsBytes(demonstration.Vector.AsSpan()));
        return bytes;
    }

    private sealed class PooledBytes : IDisposable
    {
        private byte[] buffer = ArrayPool<byte>.Shared.Rent(4096);
        private int length;

        public ReadOnlySpan<byte> Span => buffer.AsSpan(0, length);

        public void Add(string part)
        {
            Grow(sizeof(int) + Encoding.UTF8.GetMaxByteCount(part.Length));
            var written = Encoding.UTF8.GetBytes(part, buffer.AsSpan(length + sizeof(int)));

            // The length first: moving a character from one field to the next must change the hash.
            BinaryPrimitives.WriteInt32LittleEndian(buffer.AsSpan(length), written);
            length += sizeof(int) + written;
        }

        public void Add(long number)
        {
            Grow(sizeof(long));
            BinaryPrimitives.WriteInt64LittleEndian(buffer.AsSpan(length), number);
            length += sizeof(long);
        }

        public void Add(ReadOnlySpan<byte> bytes)
        {
            Grow(bytes.Length);
            bytes.CopyTo(buffer.AsSpan(length));
            length += bytes.Length;
        }

        public void Dispose() => ArrayPool<byte>.Shared.Return(buffer);

        private void Grow(int more)
        {
            if (length + more > buffer.Length)
            {
                var larger = ArrayPool<byte>.Shared.Rent(Math.Max(length + more, buffer.Length * 2));
                Span.CopyTo(larger);
                ArrayPool<byte>.Shared.Return(buffer);
                buffer = larger;
            }
        }
    }
}
