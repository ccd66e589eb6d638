using IclMesh.Inference.Text.Jinja;
using IclMesh.Inference.Text.Tokens;

namespace IclMesh.Inference.Text.Chat;

/// <summary>Finds out which parts of a rendered conversation its template wrote, and which its messages.</summary>
/// <remarks>
/// The conversation is rendered a second time with the punctuation of messages marked (<see cref="MarkedText"/>): a special token, which is
/// spelled with punctuation, shows where it comes from.
/// </remarks>
internal static class UserText
{
    /// <summary>A message whose text is marked; its role too, unless that is a plain word, which templates put into their own tokens.</summary>
    public static ChatMessage Mark(ChatMessage message) => new(IsWord(message.Role) ? message.Role : MarkedText.Mark(message.Role), MarkedText.Mark(message.Content));

    /// <summary>Where a rendered text may hold special tokens; null where that cannot be found out.</summary>
    /// <param name="text">The text as it is.</param>
    /// <param name="renderMarked">Renders the same conversation with marked messages.</param>
    public static SpecialTokenScope? Scope(string text, Func<string> renderMarked)
    {
        string marked;
        try
        {
            marked = renderMarked();
        }
        catch (MeshException)
        {
            return null;
        }

        if (MarkedText.Plain(marked) != text)
        {
            return null;
        }

        var parts = new List<(int Start, int End)>();
        for (var start = 0; start < marked.Length;)
        {
            var length = MarkedText.IndexOfMark(marked.AsSpan(start)) is >= 0 and var found ? found : marked.Length - start;
            if (length > 0)
            {
                parts.Add((start, start + length));
            }

            start += length + 1;
        }

        return new(parts);
    }

    /// <summary>True where a message holds the spelling of a special token, whatever its case.</summary>
    public static bool HoldsOne(ChatMessage message, IReadOnlyList<string> specialTokens) => specialTokens.Any(token =>
        message.Content.Contains(token, StringComparison.OrdinalIgnoreCase) || (!IsWord(message.Role) && message.Role.Contains(token, StringComparison.OrdinalIgnoreCase)));

    private static bool IsWord(string role) => role.All(unit => char.IsAsciiLetterOrDigit(unit) || unit is '_' or '-');
}
