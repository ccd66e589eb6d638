namespace IclMesh.Inference.Text.Tokens;

/// <summary>The parts of a text in which the spelling of a special token is that token. Elsewhere it is text like any other.</summary>
/// <remarks>Texts of users are <see cref="Nowhere"/>: a message that holds <c>&lt;|im_end|&gt;</c> must not end a turn.</remarks>
public sealed class SpecialTokenScope
{
    /// <summary>No part: all of it is text.</summary>
    public static readonly SpecialTokenScope Nowhere = new([]);

    /// <summary>The whole text, for callers who write their special tokens themselves.</summary>
    public static readonly SpecialTokenScope Everywhere = new([(0, int.MaxValue)]);

    private readonly (int Start, int End)[] parts;

    /// <param name="parts">Half-open ranges in UTF-16 units, in order, apart from each other.</param>
    internal SpecialTokenScope(IEnumerable<(int Start, int End)> parts) => this.parts = [.. parts];

    /// <summary>Everywhere or nowhere.</summary>
    /// <param name="recognized">The caller asks for special tokens.</param>
    public static SpecialTokenScope Of(bool recognized) => recognized ? Everywhere : Nowhere;

    /// <summary>What of this scope lies before a position.</summary>
    /// <param name="end">First UTF-16 unit that is text only.</param>
    public SpecialTokenScope Until(int end) =>
        parts.Length == 0 || parts[^1].End <= end ? this : new(parts.Where(part => part.Start < end).Select(part => (part.Start, Math.Min(part.End, end))));

    /// <summary>What of this scope lies outside of some ranges.</summary>
    /// <param name="ranges">Half-open ranges in UTF-16 units, in order, apart from each other.</param>
    public SpecialTokenScope Except(IEnumerable<(int Start, int End)> ranges)
    {
        var rest = new List<(int Start, int End)>(parts);
        foreach (var (start, end) in ranges)
        {
            rest = [.. rest.SelectMany(part => new[] { (part.Start, Math.Min(part.End, start)), (Math.Max(part.Start, end), part.End) }).Where(part => part.Item1 < part.Item2)];
        }

        return new(rest);
    }

    /// <summary>True where all of a range lies in one part.</summary>
    /// <param name="start">First UTF-16 unit.</param>
    /// <param name="end">One past the last.</param>
    internal bool Covers(int start, int end)
    {
        int low = 0, high = parts.Length;
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = parts[middle].End < end ? (middle + 1, high) : (low, middle);
        }

        return low < parts.Length && parts[low].Start <= start;
    }
}
