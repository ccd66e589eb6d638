namespace IclMesh.Inference.Text.Patterns;

/// <summary>Reads a character class in brackets: ranges, classes in the class, intersections, POSIX brackets.</summary>
internal static class OnigurumaBrackets
{
    private const int MaximumDepth = 50;

    /// <summary>Reads a class, the opening bracket being read.</summary>
    /// <param name="reader">The expression.</param>
    /// <param name="ignoresCase">Every case of a letter is meant.</param>
    /// <param name="depth">Classes around this one.</param>
    public static CodePointSet Read(OnigurumaReader reader, bool ignoresCase, int depth = 0)
    {
        if (depth > MaximumDepth)
        {
            throw reader.Unsupported($"classes nested more than {MaximumDepth} deep");
        }

        var isNegated = reader.Skip("^");
        var intersection = CodePointSet.Any;
        var union = CodePointSet.Empty;
        var isFirst = true;
        while (true)
        {
            if (reader.Next == ']' && !(isFirst && IsLiteral(reader)))
            {
                reader.Read();
                break;
            }

            isFirst = false;
            if (reader.Skip("&&"))
            {
                (intersection, union) = (intersection.Intersect(union), CodePointSet.Empty);
            }
            else
            {
                union = union.Union(Item(reader, ignoresCase, depth));
            }
        }

        var set = intersection.Intersect(union);
        set = ignoresCase ? Closed(reader, set) : set;
        return isNegated ? set.Complement() : set;
    }

    /// <summary>A set with all cases of its letters; refused where Oniguruma would take several characters for one of them.</summary>
    public static CodePointSet Closed(OnigurumaReader reader, CodePointSet set)
    {
        // Whole alphabets hold every case already; what expands matters in short lists only.
        const int Listed = 64;
        return set.Ranges.Sum(range => (long)range.Last - range.First + 1) <= Listed
            && set.Ranges.Any(range => Enumerable.Range(range.First, range.Last - range.First + 1).Any(CaseFolding.Expands))
                ? throw reader.Unsupported("ignoring the case of a letter whose other case is several letters")
                : CaseFolding.Close(set);
    }

    private static bool IsLiteral(OnigurumaReader reader)
    {
        var position = reader.Position;
        reader.Read();
        var isLiteral = reader.IsAhead(']');
        reader.Return(position);
        return isLiteral ? true : throw reader.Invalid("has an empty class");
    }

    private static CodePointSet Item(OnigurumaReader reader, bool ignoresCase, int depth)
    {
        if (reader.Next == '[' && reader.Ahead(1) == ':' && Posix(reader) is { } posix)
        {
            return posix;
        }

        if (reader.Skip("["))
        {
            return Read(reader, ignoresCase, depth + 1);
        }

        if (Single(reader) is not { } first)
        {
            return reader.EscapedSet()!;
        }

        // A hyphen before the end, before a class or before another set is a hyphen.
        if (reader.Next != '-' || reader.Ahead(1) is ']' or '[' || (reader.Ahead(1) == '&' && reader.Ahead(2) == '&'))
        {
            return CodePointSet.Of(first);
        }

        var hyphen = reader.Position;
        reader.Read();
        if (Single(reader) is not { } last)
        {
            reader.Return(hyphen);
            return CodePointSet.Of(first);
        }

        return last >= first ? CodePointSet.Of((first, last)) : throw reader.Invalid("has a range that is empty");
    }

    /// <summary>A character; null where an escape stands for a set, whose backslash is then read.</summary>
    private static int? Single(OnigurumaReader reader)
    {
        if (!reader.Skip("\\"))
        {
            return reader.Read();
        }

        if (reader.Next is 'd' or 'D' or 's' or 'S' or 'w' or 'W' or 'h' or 'H' or 'p' or 'P')
        {
            return null;
        }

        return reader.Skip("b") ? '\b' : reader.EscapedCharacter();
    }

    private static CodePointSet? Posix(OnigurumaReader reader)
    {
        var position = reader.Position;
        reader.Skip("[:");
        var isNegated = reader.Skip("^");
        var name = "";
        while (reader.Next is >= 'a' and <= 'z')
        {
            name += (char)reader.Read();
        }

        if (!reader.Skip(":]"))
        {
            reader.Return(position);
            return null;
        }

        var set = name switch
        {
            "alnum" or "alpha" or "ascii" or "blank" or "cntrl" or "digit" or "graph" or "lower" or "print" or "space" or "upper" or "word" or "xdigit"
                => UnicodeProperties.Find(name)!,
            "punct" => throw reader.Unsupported("[:punct:], which differs between versions of Oniguruma"),
            _ => throw reader.Invalid($"has the unknown class [:{name}:]"),
        };
        return isNegated ? set.Complement() : set;
    }
}
