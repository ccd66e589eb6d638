namespace IclMesh.Inference.Core.Tokenization.Expressions;

/// <summary>Translates Oniguruma's regular expressions, the dialect of tokenizer.json, into pieces that .NET can be told.</summary>
/// <remarks>
/// Source: <c>doc/RE</c> and <c>doc/SYNTAX.md</c> of Oniguruma 6.9 (ONIG_SYNTAX_ONIGURUMA, UTF-8). Every class is worked out as a set of code
/// points here, so nothing depends on what .NET means by <c>\w</c>. What has no exact counterpart is refused by name.
/// </remarks>
internal sealed class OnigurumaTranslator
{
    private const int MaximumDepth = 100;
    private static readonly CodePointSet NewLine = CodePointSet.Of('\n');

    private readonly OnigurumaReader reader;
    private readonly List<ExpressionPiece> pieces = [];
    private bool ignoresCase;
    private bool isExtended;
    private bool dotMatchesNewLine;
    private int depth;
    private int? lastLiteral;

    private OnigurumaTranslator(string expression) => reader = new(expression);

    /// <summary>Looks around or keeps what it has, so it cannot run on an engine that never backtracks.</summary>
    public bool NeedsBacktracking { get; private set; }

    /// <summary>Translates an expression.</summary>
    /// <exception cref="ExpressionException">It is not valid, or uses what is not supported.</exception>
    public static (IReadOnlyList<ExpressionPiece> Pieces, bool NeedsBacktracking) Translate(string expression)
    {
        var translator = new OnigurumaTranslator(expression);
        translator.Alternatives();
        return translator.reader.AtEnd
            ? (translator.pieces, translator.NeedsBacktracking)
            : throw translator.reader.Invalid("has a ) too many");
    }

    private void Alternatives()
    {
        if (++depth > MaximumDepth)
        {
            throw reader.Unsupported($"groups nested more than {MaximumDepth} deep");
        }

        var (outerCase, outerExtended, outerDot) = (ignoresCase, isExtended, dotMatchesNewLine);
        lastLiteral = null;
        while (!reader.AtEnd && reader.Next != ')')
        {
            if (reader.Skip("|"))
            {
                Emit("|");
            }
            else
            {
                Quantified();
            }
        }

        // An option that stands alone holds up to the end of its group.
        (ignoresCase, isExtended, dotMatchesNewLine) = (outerCase, outerExtended, outerDot);
        lastLiteral = null;
        depth--;
    }

    private void Quantified()
    {
        var start = pieces.Count;
        var isRepeatable = Atom();
        while (Quantifier() is { } quantifier)
        {
            if (!isRepeatable || start == pieces.Count)
            {
                throw reader.Invalid("repeats nothing");
            }

            lastLiteral = null;
            pieces.Insert(start, new(quantifier.IsPossessive ? "(?>(?:" : "(?:(?:", null));
            Emit($"){quantifier.Text})");
            NeedsBacktracking |= quantifier.IsPossessive;
        }
    }

    private (string Text, bool IsPossessive)? Quantifier()
    {
        if (isExtended)
        {
            SkipExtended();
        }

        if (reader.Next is '*' or '+' or '?')
        {
            var symbol = (char)reader.Read();
            return reader.Skip("?") ? ($"{symbol}?", false) : ($"{symbol}", reader.Skip("+"));
        }

        if (reader.Next != '{')
        {
            return null;
        }

        var position = reader.Position;
        reader.Read();
        var least = reader.Number();
        var hasComma = reader.Skip(",");
        var most = hasComma ? reader.Number() : least;
        if ((least is null && most is null) || !reader.Skip("}"))
        {
            reader.Return(position);
            return null;
        }

        if (most < (least ?? 0))
        {
            throw reader.Invalid("has a repetition whose bounds are exchanged");
        }

        // Behind an exact count ? makes the whole optional, and behind any count + repeats it: only Perl and Java mean lazy and possessive there.
        var text = $"{{{least ?? 0},{most}}}";
        return (hasComma && reader.Skip("?") ? $"{text}?" : text, false);
    }

    /// <summary>Reads one thing; false where it cannot be repeated.</summary>
    private bool Atom()
    {
        if (isExtended && SkipExtended())
        {
            return false;
        }

        switch (reader.Next)
        {
            case '(':
                reader.Read();
                return Group();
            case '[':
                reader.Read();
                Emit(OnigurumaBrackets.Read(reader, ignoresCase));
                return true;
            case '.':
                reader.Read();
                Emit(dotMatchesNewLine ? CodePointSet.Any : NewLine.Complement());
                return true;
            case '^':
                reader.Read();
                Emit(@"(?:\A|(?<=\n)(?!\z))");
                NeedsBacktracking = true;
                return false;
            case '$':
                reader.Read();
                Emit("(?m:$)");
                return false;
            case '\\':
                reader.Read();
                return Escape();
            case '*' or '+' or '?':
                throw reader.Invalid("repeats nothing");
            default:
                Literal(reader.Read());
                return true;
        }
    }

    private bool Escape()
    {
        if (reader.EscapedSet() is { } set)
        {
            Emit(ignoresCase ? CaseFolding.Close(set) : set);
            return true;
        }

        switch (reader.Next)
        {
            case 'b' or 'B':
                WordBoundary(isBoundary: reader.Read() == 'b');
                return false;
            case 'A' or 'Z' or 'z':
                Emit($"\\{(char)reader.Read()}");
                return false;
            case 'R':
                reader.Read();
                Emit(@"(?>\r\n|[\n-\r\u0085\u2028\u2029])");
                NeedsBacktracking = true;
                return true;
            case 'N':
                reader.Read();
                Emit(NewLine.Complement());
                return true;
            case 'O':
                reader.Read();
                Emit(CodePointSet.Any);
                return true;
            case 'X' or 'y' or 'Y':
                throw reader.Unsupported($"\\{(char)reader.Next}, text segments");
            case 'K':
                throw reader.Unsupported("\\K, keeping a part of the match");
            case 'G':
                throw reader.Unsupported("\\G, the place where a search began");
            case 'k':
            case >= '1' and <= '9' when reader.Ahead(1) is not (>= '0' and <= '7'):
                throw reader.Unsupported("references to groups");
            case 'g':
                throw reader.Unsupported("\\g, calls of groups");
            default:
                Literal(reader.EscapedCharacter());
                return true;
        }
    }

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

    private void Literal(int character)
    {
        var set = CodePointSet.Of(character);
        if (ignoresCase)
        {
            if (lastLiteral is { } last && CaseFolding.Joins(last, character))
            {
                throw reader.Unsupported("ignoring the case of letters that a ligature or ß can stand for");
            }

            set = OnigurumaBrackets.Closed(reader, set);
        }

        Emit(set);
        lastLiteral = character;
    }

    private void Emit(string syntax)
    {
        pieces.Add(new(syntax, null));
        lastLiteral = null;
    }

    private void Emit(CodePointSet set)
    {
        pieces.Add(new(null, set));
        lastLiteral = null;
    }

    /// <summary>Blanks and comments of the extended form.</summary>
    private bool SkipExtended()
    {
        var start = reader.Position;
        while (reader.Next is ' ' or (>= '\t' and <= '\r') or '#' && !reader.AtEnd)
        {
            if (reader.Read() == '#')
            {
                while (!reader.AtEnd && reader.Read() != '\n')
                {
                    // The comment.
                }
            }
        }

        return reader.Position > start;
    }
}
