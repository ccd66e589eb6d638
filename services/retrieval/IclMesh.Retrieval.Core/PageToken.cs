using System.Buffers.Binary;
using System.Buffers.Text;
using System.IO.Hashing;
using System.Text;

namespace IclMesh.Retrieval.Core;

/// <summary>Opaque positions in a listing, each bound to the query that it continues.</summary>
internal static class PageToken
{
    private const int HashBytes = sizeof(ulong);

    /// <summary>The token that continues after <paramref name="lastKey"/>.</summary>
    /// <param name="query">Everything that decides what is listed and in which order.</param>
    /// <param name="lastKey">Key of the last item that was returned.</param>
    public static string After(string query, string lastKey)
    {
        var key = Encoding.UTF8.GetBytes(lastKey);
        var bytes = new byte[HashBytes + key.Length];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, Hash(query));
        key.CopyTo(bytes, HashBytes);
        return Base64Url.EncodeToString(bytes);
    }

    /// <summary>The key after which the listing goes on; null at its start.</summary>
    /// <param name="query">Must be that of the call which returned the token.</param>
    /// <param name="token">Empty for the first page.</param>
    /// <exception cref="MeshException">The token is malformed or continues another query.</exception>
    public static string? Read(string query, string token)
    {
        if (token.Length == 0)
        {
            return null;
        }

        var bytes = Base64Url.IsValid(token) ? Base64Url.DecodeFromChars(token) : [];
        if (bytes.Length < HashBytes)
        {
            throw MeshException.Invalid("page_token", "is not a token of this service");
        }

        if (BinaryPrimitives.ReadUInt64LittleEndian(bytes) != Hash(query))
        {
            throw MeshException.Invalid("page_token", "continues another query; repeat the query unchanged or start without a token");
        }

        return Encoding.UTF8.GetString(bytes, HashBytes, bytes.Length - HashBytes);
    }

    private static ulong Hash(string query) => XxHash3.HashToUInt64(Encoding.UTF8.GetBytes(query));
}
