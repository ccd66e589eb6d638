namespace IclMesh.Inference.Text.Patterns;

/// <summary>Groups, their options, and word boundaries.</summary>
internal sealed partial class OnigurumaTranslator
{
    private bool Group()
    {
        if (reader.Skip("?#"))
        {
            reader.Until(')');
            return false;
        }

        if (reader.Next != '?')
        {
            return reader.Next == '*' ? throw reader.Unsupported("callouts") : Inside("(?:");
        }

        reader.Read();
        foreach (var opening in new[] { ":", "=", "!", ">", "<=", "<!" })
        {
            if (reader.Skip(opening))
            {
                NeedsBacktracking |= opening != ":";
                return Inside($"(?{opening}") && opening is ":" or ">";
            }
        }

        if (reader.Next is '<' or '\'')
        {
            var closing = reader.Read() == '<' ? '>' : '\'';
            reader.Until(closing);
            return Inside("(?:");
        }

        return reader.Next is 'i' or 'm' or 'x' or '-' ? Options() : throw reader.Unsupported($"groups that begin with (?{char.ConvertFromUtf32(reader.Next)}");
    }

    private bool Inside(string opening)
    {
        Emit(opening);
        Alternatives();
        Emit(")");
        return reader.Skip(")") ? true : throw reader.Invalid("has a group without an end");
    }

    private bool Options()
    {
        var outer = (ignoresCase, isExtended, dotMatchesNewLine);
        var isOn = true;
        while (true)
        {
            switch (reader.Read())
            {
                case '-':
                    isOn = false;
                    break;
                case 'i':
                    ignoresCase = isOn;
                    break;
                case 'x':
                    isExtended = isOn;
                    break;
                case 'm':
                    dotMatchesNewLine = isOn;
                    break;
                case ':':
                    Inside("(?:");
                    (ignoresCase, isExtended, dotMatchesNewLine) = outer;
                    return true;
                case ')':
                    // It reaches over the alternatives that follow: a(?i)b|c is a(?i:b|c).
                    Emit("(?:");
                    Alternatives();
                    Emit(")");
                    return false;
                case var other:
                    throw reader.Unsupported($"the option {char.ConvertFromUtf32(other)}");
            }
        }
    }

    private void WordBoundary(bool isBoundary)
    {
        var word = new ExpressionPiece(null, UnicodeProperties.Word);
        foreach (var (before, after, join) in new[] { ("(?<=", isBoundary ? "(?!" : "(?=", "|"), ("(?<!", isBoundary ? "(?=" : "(?!", ")") })
        {
            Emit(join == "|" ? $"(?:{before}" : before);
            pieces.Add(word);
            Emit($"){after}");
            pieces.Add(word);
            Emit($"){join}");
        }

        NeedsBacktracking = true;
        lastLiteral = null;
    }
}
