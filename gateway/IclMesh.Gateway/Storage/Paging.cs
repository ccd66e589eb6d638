using System.Buffers.Text;
using System.Text;

namespace IclMesh.Gateway.Storage;

/// <summary>Pages of listings: a token holds the key of the last item.</summary>
internal static class Paging
{
    private const int DefaultSize = 100;
    private const int MaxSize = 1000;

    /// <summary>Page size, and the key after which the page begins; empty at the start.</summary>
    /// <exception cref="MeshException">The size is out of range or the token was not made here.</exception>
    public static (int Size, string After) Read(int pageSize, string pageToken)
    {
        var rules = new RequestRules();
        rules.InRange("page_size", pageSize, 0, MaxSize);
        var after = Base64Url.IsValid(pageToken) ? Encoding.UTF8.GetString(Base64Url.DecodeFromChars(pageToken)) : "";
        rules.Require(Token(after) == pageToken && !after.Contains('\0', StringComparison.Ordinal), "page_token", "is not a token of this service");
        rules.ThrowIfBroken();
        return (pageSize == 0 ? DefaultSize : pageSize, after);
    }

    /// <summary>The token that continues after an item.</summary>
    /// <param name="lastKey">Its key.</param>
    public static string Token(string lastKey) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(lastKey));
}
