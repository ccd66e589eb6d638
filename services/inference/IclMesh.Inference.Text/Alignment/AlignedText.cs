using System.Text;

namespace IclMesh.Inference.Text.Alignment;

/// <summary>A text on its way through a tokenizer, with the range of the caller's text that each of its characters stands for.</summary>
/// <remarks>
/// Alignment follows the tokenizers library of Hugging Face: a replaced character takes the place of the one it replaces, an inserted
/// one shares the place of the one before it. Both halves of a surrogate pair stand for the whole character.
/// </remarks>
internal sealed class AlignedText
{
    // Null while no character has moved: then unit i stands for unit i of the caller's text, counted from the origin.
    private readonly (int Start, int End)[]? ranges;
    private readonly int origin;

    private AlignedText(string text, int origin, (int Start, int End)[]? ranges, bool continues)
    {
        Text = text;
        Continues = continues;
        this.origin = origin;
        this.ranges = ranges;
    }

    public string Text { get; }

    /// <summary>The text goes on where another one ended, so nothing that marks a beginning is put before it.</summary>
    public bool Continues { get; }

    /// <summary>A part of the caller's text, unchanged. Halves of surrogate pairs become U+FFFD, as they do in UTF-8.</summary>
    public static AlignedText Of(string text, int start, int length, bool continues = false) =>
        new(WellFormed(text.Substring(start, length)), start, ranges: null, continues);

    /// <summary>Several texts as one.</summary>
    public static AlignedText Join(IReadOnlyList<AlignedText> texts)
    {
        var ranges = new List<(int Start, int End)>();
        foreach (var text in texts)
        {
            for (var i = 0; i < text.Text.Length; i++)
            {
                ranges.Add(text.Range(i));
            }
        }

        return new(string.Concat(texts.Select(text => text.Text)), texts.Count == 0 ? 0 : texts[0].origin, [.. ranges], texts.Count > 0 && texts[0].Continues);
    }

    /// <summary>A part of this text.</summary>
    public AlignedText Slice(int start, int length)
    {
        if (length == Text.Length)
        {
            return this;
        }

        var text = Text.Substring(start, length);
        var continues = Continues && start == 0;
        return ranges is null ? new(text, origin + start, ranges: null, continues) : new(text, origin, ranges[start..(start + length)], continues);
    }

    /// <summary>The range of the caller's text that units <paramref name="from"/> to <paramref name="to"/> stand for.</summary>
    public (int Start, int End) Origin(int from, int to)
    {
        if (from == to)
        {
            return from < Text.Length ? (Range(from).Start, Range(from).Start) : (End, End);
        }

        return (Range(from).Start, Range(to - 1).End);
    }

    /// <summary>True for a part that begins where the caller's text begins.</summary>
    public bool StartsTheText => !Continues && Text.Length > 0 && Range(0).Start == 0;

    /// <summary>Rewrites the text character by character.</summary>
    /// <param name="characters">
    /// The new characters, each with its change: 0 replaces the next old character, 1 is inserted, -n replaces the next one and removes n more.
    /// </param>
    /// <param name="skipped">Old characters removed before the first new one.</param>
    public AlignedText Rewrite(IEnumerable<(Rune Character, int Change)> characters, int skipped = 0)
    {
        var text = new StringBuilder(Text.Length);
        var moved = new List<(int Start, int End)>(Text.Length);
        var next = 0;
        Skip(skipped);
        foreach (var (character, change) in characters)
        {
            var range = change <= 0 ? Range(next) : next == 0 ? (origin, origin) : Range(next - 1);
            if (change <= 0)
            {
                Skip(1 - change);
            }

            Append(text, moved, character, range);
        }

        return new(text.ToString(), origin, [.. moved], Continues);

        void Skip(int count)
        {
            for (; count > 0; count--)
            {
                next += IsPair(next) ? 2 : 1;
            }
        }
    }

    /// <summary>Replaces ranges; what replaces a range stands for the last character of the range.</summary>
    /// <param name="matches">Ranges to replace, in order and not overlapping.</param>
    /// <param name="content">What replaces each of them.</param>
    public AlignedText Replace(IReadOnlyList<(int Start, int Length)> matches, string content)
    {
        if (matches.Count == 0)
        {
            return this;
        }

        var text = new StringBuilder(Text.Length);
        var moved = new List<(int Start, int End)>(Text.Length);
        var copied = 0;
        foreach (var (start, length) in matches)
        {
            Copy(start);
            var end = start + length;
            var range = end == 0 ? (origin, origin) : Range(end - 1);
            text.Append(content);
            moved.AddRange(Enumerable.Repeat(range, content.Length));
            copied = end;
        }

        Copy(Text.Length);
        return new(text.ToString(), origin, [.. moved], Continues);

        void Copy(int end)
        {
            text.Append(Text, copied, end - copied);
            for (; copied < end; copied++)
            {
                moved.Add(Range(copied));
            }
        }
    }

    /// <summary>Builds a text whose characters keep the ranges that are given with them.</summary>
    /// <param name="text">The new text.</param>
    /// <param name="sources">For each unit of the new text, the unit of this one that it stands for.</param>
    public AlignedText Derive(string text, ReadOnlySpan<int> sources)
    {
        var moved = new (int Start, int End)[sources.Length];
        for (var i = 0; i < sources.Length; i++)
        {
            moved[i] = Range(sources[i]);
        }

        return new(text, origin, moved, Continues);
    }

    /// <summary>Builds a text of which each unit stands for all that lies between two places of this one.</summary>
    /// <param name="text">The new text.</param>
    /// <param name="starts">Where in this text each unit of the new one begins, and where the last one ends: one more than units.</param>
    public AlignedText Respan(string text, ReadOnlySpan<int> starts)
    {
        var moved = new (int Start, int End)[text.Length];
        for (var i = 0; i < moved.Length; i++)
        {
            moved[i] = (Origin(starts[i], starts[i]).Start, Origin(starts[i + 1], starts[i + 1]).Start);
        }

        return new(text, origin, moved, Continues);
    }

    private static void Append(StringBuilder text, List<(int Start, int End)> moved, Rune character, (int Start, int End) range)
    {
        Span<char> units = stackalloc char[2];
        units = units[..character.EncodeToUtf16(units)];
        text.Append(units);
        foreach (var _ in units)
        {
            moved.Add(range);
        }
    }

    private static string WellFormed(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsSurrogate(text[i]))
            {
                // EnumerateRunes replaces each lone half by U+FFFD, one unit by one unit.
                return string.Concat(text.EnumerateRunes());
            }
        }

        return text;
    }

    private int End => ranges is null ? origin + Text.Length : ranges.Length == 0 ? origin : ranges[^1].End;

    private bool IsPair(int index) => char.IsHighSurrogate(Text[index]) && index + 1 < Text.Length;

    private (int Start, int End) Range(int index)
    {
        if (ranges is not null)
        {
            return ranges[index];
        }

        var start = char.IsLowSurrogate(Text[index]) ? index - 1 : index;
        return (origin + start, origin + start + (char.IsSurrogate(Text[index]) ? 2 : 1));
    }
}
