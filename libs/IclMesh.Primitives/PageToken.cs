using System.Buffers.Binary;
using System.Buffers.Text;
using System.IO.Hashing;
using System.Text;

namespace IclMesh;

/// <summary>Opaque positions in a listing, each bound to the query that it continues.</summary>
public static class PageToken
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

    /// <summary>The key after which the listing goes on; empty at its start.</summary>
    /// <param name="query">Must be that of the call which returned the token.</param>
    /// <param name="token">Empty for the first page.</param>
    /// <exception cref="MeshException">The token is damaged or continues another query.</exception>
    public static string Read(string query, string token)
    {
        var rules = new RequestRules();
        var key = Read(query, token, rules);
        rules.ThrowIfBroken();
        return key;
    }

    /// <summary>The same, for a request with further rules.</summary>
    /// <param name="query">Must be that of the call which returned the token.</param>
    /// <param name="token">Empty for the first page.</param>
    /// <param name="rules">Receives the violation.</param>
    public static string Read(string query, string token, RequestRules rules)
    {
        ArgumentNullException.ThrowIfNull(token);
        ArgumentNullException.ThrowIfNull(rules);
        if (token.Length == 0)
        {
            return "";
        }

        var bytes = Base64Url.IsValid(token) ? Base64Url.DecodeFromChars(token) : [];
        var key = bytes.Length > HashBytes && BinaryPrimitives.ReadUInt64LittleEndian(bytes) == Hash(query, bytes.AsSpan(HashBytes))
            ? Key(bytes.AsSpan(HashBytes))
            : null;
        rules.Require(key is not null, "page_token", "continues no listing of this query; repeat the query unchanged or start without a token");
        return key ?? "";
    }

    private static string? Key(ReadOnlySpan<byte> bytes)
    {
        try
        {
            var key = Strict.GetString(bytes);
            // No store keeps NUL, so no key holds one.
            return key.Contains('\0', StringComparison.Ordinal) ? null : key;
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
