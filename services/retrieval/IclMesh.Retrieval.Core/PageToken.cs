using System.Buffers.Binary;
using System.Buffers.Text;
using System.IO.Hashing;
using System.Text;
using IclMesh.Retrieval.Core.Demonstrations;

namespace IclMesh.Retrieval.Core;

/// <summary>Opaque positions in a listing, each bound to the query that it continues.</summary>
internal static class PageToken
{
    private const int HashBytes = sizeof(ulong);

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The token that continues after <paramref name="lastKey"/>.</summary>
    /// <param name="query">Everything that decides what is listed and in which order.</param>
    /// <param name="lastKey">Key of the last item that was returned.</param>
    public static string After(string query, string lastKey)
    {
        var key = Encoding.UTF8.GetBytes(lastKey);
        var bytes = new byte[HashBytes + key.Length];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, Hash(query, key));
        key.CopyTo(bytes, HashBytes);
        return Base64Url.EncodeToString(bytes);
    }

    /// <summary>The key after which the listing goes on; null at its start.</summary>
    /// <param name="query">Must be that of the call which returned the token.</param>
    /// <param name="token">Empty for the first page.</param>
    /// <exception cref="MeshException">The token is damaged or continues another query.</exception>
    public static string? Read(string query, string token)
    {
        if (token.Length == 0)
        {
            return null;
        }

        var bytes = Base64Url.IsValid(token) ? Base64Url.DecodeFromChars(token) : [];
        return bytes.Length >= HashBytes
            && BinaryPrimitives.ReadUInt64LittleEndian(bytes) == Hash(query, bytes.AsSpan(HashBytes))
            && Key(bytes.AsSpan(HashBytes)) is { } key
                ? key
                : throw MeshException.Invalid("page_token", "continues no listing of this query; repeat the query unchanged or start without a token");
    }

    private static string? Key(ReadOnlySpan<byte> bytes)
    {
        try
        {
            var key = Strict.GetString(bytes);
            return StoredText.Fault(key) is null ? key : null;
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    private static ulong Hash(string query, ReadOnlySpan<byte> key)
    {
        var hash = new XxHash3();
        hash.Append(Encoding.UTF8.GetBytes(query));
        hash.Append([0]);
        hash.Append(key);
        return hash.GetCurrentHashAsUInt64();
    }
}
