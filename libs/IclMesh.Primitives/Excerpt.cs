using System.Text;

namespace IclMesh;

/// <summary>Shortens what others named before it goes into an error: the middle goes, beginning and end stay readable.</summary>
public static class Excerpt
{
    /// <summary>Most characters of a name in an error.</summary>
    public const int NameLength = 200;

    private const char Gap = '…';

    /// <summary>The name, at most <see cref="NameLength"/> characters of it.</summary>
    /// <param name="name">Whatever a caller or a file calls something.</param>
    public static string Name(string name) => name.Length <= NameLength ? name : Cut(name, NameLength - 1);

    /// <summary>The text, so much of it that it costs at most a number of units.</summary>
    /// <param name="text">The text.</param>
    /// <param name="limit">Most units, 16 or more.</param>
    /// <param name="cost">Units that one character of UTF-16 takes at most, for example bytes of UTF-8.</param>
    public static string Within(string text, int limit, Func<char, int> cost)
    {
        if (text.Length <= limit && text.Sum(cost) <= limit)
        {
            return text;
        }

        var left = limit - cost(Gap);
        var kept = 0;
        for (int first = 0, last = text.Length - 1; first <= last; kept++)
        {
            // Two thirds from the beginning, one from the end.
            left -= cost(kept % 3 == 2 ? text[last--] : text[first++]);
            if (left < 0)
            {
                break;
            }
        }

        return Cut(text, kept);
    }

    /// <summary>Bytes of UTF-8 that a character takes; half a pair counts half.</summary>
    /// <param name="character">A character.</param>
    public static int Utf8(char character) => character < 0x80 ? 1 : character < 0x800 || char.IsSurrogate(character) ? 2 : 3;

    private static string Cut(string text, int kept)
    {
        var tail = kept / 3;
        var head = kept - tail;
        if (head > 0 && char.IsHighSurrogate(text[head - 1]))
        {
            head--;
        }

        if (tail > 0 && char.IsLowSurrogate(text[^tail]))
        {
            tail--;
        }

        return new StringBuilder(head + tail + 1).Append(text, 0, head).Append(Gap).Append(text, text.Length - tail, tail).ToString();
    }
}
