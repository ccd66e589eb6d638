namespace IclMesh.Inference.Text.Patterns;

/// <summary>Translates Oniguruma's regular expressions, the dialect of tokenizer.json, into pieces that .NET can be told.</summary>
/// <remarks>
/// Source: <c>doc/RE</c> and <c>doc/SYNTAX.md</c> of Oniguruma 6.9 (ONIG_SYNTAX_ONIGURUMA, UTF-8). Every class is worked out as a set of code
/// points here, so nothing depends on what .NET means by <c>\w</c>. What has no exact counterpart is refused by name.
/// </remarks>
internal sealed partial class OnigurumaTranslator
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
