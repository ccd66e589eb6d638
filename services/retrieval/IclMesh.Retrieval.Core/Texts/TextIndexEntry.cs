using System.Text;

namespace IclMesh.Retrieval.Core.Texts;

/// <summary>What a full-text index keeps of a text.</summary>
internal static class TextIndexEntry
{
    /// <summary>Most bytes of an entry: a <c>tsvector</c> of PostgreSQL ends at 1 MiB, and both stores take the same texts.</summary>
    public const int MaxBytes = 1_000_000;

    // Below it no text reaches the limit: every byte of UTF-8 becomes less than fourteen of an entry.
    private const int NeverTooLarge = 1 << 16;

    // Occurrences beyond it hardly raise a rank.
    private const int MaxPlaces = 16;
    private const int MaxPlace = 16_383;

    /// <summary>Bytes of the entry, counted as a <c>tsvector</c> counts: distinct words with up to 16 places each. 0 for a text too short to matter.</summary>
    /// <param name="text">Any text.</param>
    public static long Bytes(string text) => Encoding.UTF8.GetByteCount(text) < NeverTooLarge
        ? 0
        : Places(text).Sum(entry => (long)Encoding.UTF8.GetByteCount(entry.Key) + 1 + (sizeof(short) * (1 + entry.Value.Count)));

    /// <summary>The words in order with a space between them.</summary>
    /// <param name="text">Any text.</param>
    public static string Spaced(string text) => string.Join(' ', TextWords.OfStored(text));

    /// <summary>The words with their places as PostgreSQL spells a <c>tsvector</c>.</summary>
    /// <param name="text">Any text.</param>
    public static string Vector(string text)
    {
        var vector = new StringBuilder();
        foreach (var (word, places) in Places(text))
        {
            // Words hold neither quotes nor backslashes.
            vector.Append('\'').Append(word).Append("':").AppendJoin(',', places).Append(' ');
        }

        return vector.ToString();
    }

    private static Dictionary<string, List<int>> Places(string text)
    {
        var places = new Dictionary<string, List<int>>(StringComparer.Ordinal);
        var place = 0;
        foreach (var word in TextWords.OfStored(text))
        {
            place = Math.Min(place + 1, MaxPlace);
            if (!places.TryGetValue(word, out var known))
            {
                places.Add(word, known = []);
            }

            if (known.Count < MaxPlaces)
            {
                known.Add(place);
            }
        }

        return places;
    }
}
