namespace IclMesh.Retrieval.Core.Demonstrations;

/// <summary>The one rule for every string that reaches a store: PostgreSQL keeps no NUL, and no encoding keeps half a surrogate pair.</summary>
public static class StoredText
{
    /// <summary>The text holds neither NUL characters nor lone surrogates.</summary>
    /// <param name="field">Path of the field.</param>
    /// <param name="text">Its value.</param>
    /// <param name="rules">Receives the violation.</param>
    /// <returns>Whether it does.</returns>
    public static bool Check(string field, string text, RequestRules rules)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(rules);
        var fault = Fault(text);
        return rules.Require(fault is null, field, $"must not hold {fault}");
    }

    /// <summary>The beginning of a text, for messages: what a caller sent may be a megabyte.</summary>
    /// <param name="text">Any text.</param>
    public static string Shown(string text)
    {
        const int Most = 100;
        ArgumentNullException.ThrowIfNull(text);
        return text.Length <= Most ? text : string.Concat(text.AsSpan(0, char.IsHighSurrogate(text[Most - 1]) ? Most - 1 : Most), "…");
    }

    /// <summary>What a text holds that no store keeps; null where nothing is.</summary>
    /// <param name="text">Any text.</param>
    internal static string? Fault(string text) =>
        text.Contains('\0', StringComparison.Ordinal) ? "NUL characters" : IsUnicode(text) ? null : "lone surrogates";

    private static bool IsUnicode(string text)
    {
        if (!text.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF'))
        {
            return true;
        }

        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsSurrogate(text[i]) && !(i + 1 < text.Length && char.IsSurrogatePair(text[i], text[i + 1]) && ++i > 0))
            {
                return false;
            }
        }

        return true;
    }
}
