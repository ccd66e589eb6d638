namespace IclMesh.Retrieval.Core;

/// <summary>Order of strings by Unicode code point, which is the order of their UTF-8 bytes and so the one that both databases use.</summary>
public sealed class Utf8Order : IComparer<string>
{
    /// <summary>The only instance.</summary>
    public static Utf8Order Instance { get; } = new();

    /// <inheritdoc/>
    public int Compare(string? x, string? y)
    {
        if (x is null || y is null)
        {
            return (x is null ? 0 : 1) - (y is null ? 0 : 1);
        }

        var length = Math.Min(x.Length, y.Length);
        for (var i = 0; i < length; i++)
        {
            if (x[i] != y[i])
            {
                // Surrogates stand for code points above every other UTF-16 unit, but sort below U+E000 by value.
                return Rank(x[i]) - Rank(y[i]);
            }
        }

        return x.Length - y.Length;
    }

    private static int Rank(char unit) => char.IsSurrogate(unit) ? unit + 0x10000 : unit;
}
