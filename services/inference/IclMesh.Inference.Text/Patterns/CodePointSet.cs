namespace IclMesh.Inference.Text.Patterns;

/// <summary>A set of Unicode code points, as ranges in order that do not touch.</summary>
internal sealed class CodePointSet
{
    private const int Last = 0x10FFFF;

    private CodePointSet(List<(int First, int Last)> ranges) => Ranges = ranges;

    public static CodePointSet Empty { get; } = new([]);

    public static CodePointSet Any { get; } = Of((0, Last));

    /// <summary>First and last code point of each range.</summary>
    public IReadOnlyList<(int First, int Last)> Ranges { get; }

    public static CodePointSet Of(params IEnumerable<(int First, int Last)> ranges) => Merge(ranges.OrderBy(range => range.First));

    private static CodePointSet Merge(IEnumerable<(int First, int Last)> ordered)
    {
        var merged = new List<(int First, int Last)>();
        foreach (var (first, last) in ordered)
        {
            if (merged.Count > 0 && first <= merged[^1].Last + 1)
            {
                merged[^1] = (merged[^1].First, Math.Max(merged[^1].Last, last));
            }
            else
            {
                merged.Add((first, last));
            }
        }

        return new(merged);
    }

    public static CodePointSet Of(int codePoint) => Of((codePoint, codePoint));

    public CodePointSet Union(CodePointSet other)
    {
        var ordered = new List<(int First, int Last)>(Ranges.Count + other.Ranges.Count);
        int mine = 0, theirs = 0;
        while (mine < Ranges.Count || theirs < other.Ranges.Count)
        {
            var isMine = theirs == other.Ranges.Count || (mine < Ranges.Count && Ranges[mine].First <= other.Ranges[theirs].First);
            ordered.Add(isMine ? Ranges[mine++] : other.Ranges[theirs++]);
        }

        return Merge(ordered);
    }

    public CodePointSet Complement()
    {
        var gaps = new List<(int First, int Last)>();
        var next = 0;
        foreach (var (first, last) in Ranges)
        {
            if (first > next)
            {
                gaps.Add((next, first - 1));
            }

            next = last + 1;
        }

        if (next <= Last)
        {
            gaps.Add((next, Last));
        }

        return new(gaps);
    }

    public CodePointSet Intersect(CodePointSet other)
    {
        var common = new List<(int First, int Last)>();
        for (int mine = 0, theirs = 0; mine < Ranges.Count && theirs < other.Ranges.Count;)
        {
            var (left, right) = (Ranges[mine], other.Ranges[theirs]);
            var (first, last) = (Math.Max(left.First, right.First), Math.Min(left.Last, right.Last));
            if (first <= last)
            {
                common.Add((first, last));
            }

            _ = left.Last < right.Last ? mine++ : theirs++;
        }

        return new(common);
    }

    public CodePointSet Except(CodePointSet other) => Intersect(other.Complement());

    public bool IsEmpty => Ranges.Count == 0;

    public bool Contains(int codePoint)
    {
        int low = 0, high = Ranges.Count;
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = Ranges[middle].Last < codePoint ? (middle + 1, high) : (low, middle);
        }

        return low < Ranges.Count && Ranges[low].First <= codePoint;
    }

    /// <summary>True where every code point of another set is in this one.</summary>
    public bool ContainsAll(CodePointSet other)
    {
        var mine = 0;
        foreach (var (first, last) in other.Ranges)
        {
            while (mine < Ranges.Count && Ranges[mine].Last < first)
            {
                mine++;
            }

            if (mine == Ranges.Count || Ranges[mine].First > first || Ranges[mine].Last < last)
            {
                return false;
            }
        }

        return true;
    }
}
