using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace IclMesh.Inference.Core.Embedding;

/// <summary>SHA-256 of a text: callers choose the texts, so the digest must be one that nobody can make two texts meet in.</summary>
/// <param name="First">First half.</param>
/// <param name="Second">Second half.</param>
internal readonly record struct TextDigest(UInt128 First, UInt128 Second)
{
    /// <summary>Digest of a text as the encoder gets it, prompt included.</summary>
    /// <param name="prompt">Text before it; its length is part of the digest, since it may decide what is pooled.</param>
    /// <param name="text">The text.</param>
    public static TextDigest Of(string prompt, string text)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> bytes = stackalloc byte[SHA256.HashSizeInBytes];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, prompt.Length);
        hash.AppendData(bytes[..sizeof(int)]);
        hash.AppendData(MemoryMarshal.AsBytes(prompt.AsSpan()));
        hash.AppendData(MemoryMarshal.AsBytes(text.AsSpan()));
        hash.GetHashAndReset(bytes);
        return new(BinaryPrimitives.ReadUInt128LittleEndian(bytes), BinaryPrimitives.ReadUInt128LittleEndian(bytes[16..]));
    }
}
