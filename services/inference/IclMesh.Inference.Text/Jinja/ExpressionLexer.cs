using System.Globalization;
using System.Numerics;
using System.Text;

namespace IclMesh.Inference.Text.Jinja;

/// <summary>Reads the tokens between the brackets of one tag.</summary>
internal sealed class ExpressionLexer(string source, int position, int line, string closing)
{
    private static readonly string[] Operators =
    [
        "//", "**", "==", "!=", ">=", "<=", "+", "-", "/", "*", "%", "~", "[", "]", "(", ")", "{", "}", ">", "<", "=", ".", ":", "|", ",", ";",
    ];

    private readonly Stack<string> open = [];

    public int Position { get; private set; } = position;

    public int Line { get; private set; } = line;

    /// <summary>- or + before the closing bracket, else a blank.</summary>
    public char ClosingSign { get; private set; } = ' ';

    /// <summary>Reads a token; false behind the closing bracket.</summary>
    public bool TryRead(out Token token)
    {
        SkipSpace();
        token = default;
        if (Position >= source.Length)
        {
            throw TemplateException.Syntax(Line, $"a tag has no closing {closing}");
        }

        if (open.Count == 0 && TryClose())
        {
            return false;
        }

        var first = source[Position];
        token = first switch
        {
            '"' or '\'' => Text(first),
            >= '0' and <= '9' => Number(),
            _ when first == '_' || char.IsLetter(first) => Name(),
            _ => Operator(),
        };
        return true;
    }

    private void SkipSpace()
    {
        while (Position < source.Length && PythonText.IsSpace(source[Position]))
        {
            Line += source[Position++] == '\n' ? 1 : 0;
        }
    }

    private bool TryClose()
    {
        var sign = source[Position] is '-' or '+' ? source[Position] : ' ';
        var start = Position + (sign == ' ' ? 0 : 1);

        // A variable can be closed with -}} only, +}} is a plus sign.
        if (string.CompareOrdinal(source, start, closing, 0, 2) != 0 || (sign == '+' && closing == "}}"))
        {
            return false;
        }

        ClosingSign = sign;
        Position = start + 2;
        return true;
    }

    private Token Name()
    {
        var start = Position;
        while (Position < source.Length && (source[Position] == '_' || char.IsLetterOrDigit(source[Position])))
        {
            Position++;
        }

        return new(TokenKind.Name, source[start..Position], Line);
    }

    private Token Number()
    {
        var start = Position;
        var digits = Digits();
        var isReal = false;
        if (Position + 1 < source.Length && source[Position] == '.' && char.IsAsciiDigit(source[Position + 1]))
        {
            isReal = true;
            Position++;
            Digits();
        }

        if (Position < source.Length && source[Position] is 'e' or 'E')
        {
            var exponent = Position + (Position + 1 < source.Length && source[Position + 1] is '+' or '-' ? 2 : 1);
            if (exponent < source.Length && char.IsAsciiDigit(source[exponent]))
            {
                isReal = true;
                Position = exponent;
                Digits();
            }
        }

        var text = source[start..Position].Replace("_", "", StringComparison.Ordinal);
        if (isReal)
        {
            return new(TokenKind.Number, text, Line, double.Parse(text, CultureInfo.InvariantCulture));
        }

        return BigInteger.TryParse(digits.Length > 20 ? "" : text, CultureInfo.InvariantCulture, out var value) && value <= long.MaxValue
            ? new(TokenKind.Number, text, Line, (long)value)
            : throw TemplateException.Syntax(Line, $"the number {text} is too large");
    }

    private string Digits()
    {
        var start = Position;
        while (Position < source.Length && (char.IsAsciiDigit(source[Position]) || source[Position] == '_'))
        {
            Position++;
        }

        return source[start..Position];
    }

    private Token Text(char quote)
    {
        var startLine = Line;
        var text = new StringBuilder();
        for (Position++; Position < source.Length && source[Position] != quote; Position++)
        {
            Line += source[Position] == '\n' ? 1 : 0;
            if (source[Position] == '\\' && Position + 1 < source.Length)
            {
                Position++;
                Unescape(text);
            }
            else
            {
                text.Append(source[Position]);
            }
        }

        if (Position >= source.Length)
        {
            throw TemplateException.Syntax(startLine, "a text has no closing quote");
        }

        Position++;
        return new(TokenKind.Text, text.ToString(), startLine);
    }

    /// <summary>Python's escapes; what is none of them stays as it is, backslash included.</summary>
    private void Unescape(StringBuilder text)
    {
        var escape = source[Position];
        switch (escape)
        {
            case '\n':
                Line++;
                break;
            case '\\' or '\'' or '"':
                text.Append(escape);
                break;
            case 'x':
                AppendCode(text, digits: 2);
                break;
            case 'u':
                AppendCode(text, digits: 4);
                break;
            case 'U':
                AppendCode(text, digits: 8);
                break;
            case >= '0' and <= '7':
                AppendOctal(text);
                break;
            default:
                var control = "abfnrtv".IndexOf(escape, StringComparison.Ordinal);
                text.Append(control < 0 ? $"\\{escape}" : "\a\b\f\n\r\t\v"[control]);
                break;
        }
    }

    private void AppendCode(StringBuilder text, int digits)
    {
        var start = Position + 1;
        if (start + digits > source.Length
            || !int.TryParse(source.AsSpan(start, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code)
            || code is < 0 or > 0x10FFFF)
        {
            throw TemplateException.Syntax(Line, $"\\{source[Position]} needs {digits} hexadecimal digits of a character");
        }

        // Half a surrogate pair can be written; it is kept, and becomes U+FFFD when the text is encoded.
        text.Append(code < 0x10000 ? ((char)code).ToString() : char.ConvertFromUtf32(code));
        Position += digits;
    }

    private void AppendOctal(StringBuilder text)
    {
        var code = 0;
        var start = Position;
        while (Position < start + 3 && Position < source.Length && source[Position] is >= '0' and <= '7')
        {
            code = (code * 8) + source[Position++] - '0';
        }

        Position--;
        text.Append((char)code);
    }

    private Token Operator()
    {
        foreach (var symbol in Operators)
        {
            if (string.CompareOrdinal(source, Position, symbol, 0, symbol.Length) != 0)
            {
                continue;
            }

            if (symbol is "(" or "[" or "{")
            {
                open.Push(symbol switch { "(" => ")", "[" => "]", _ => "}" });
            }
            else if (symbol is ")" or "]" or "}" && !(open.TryPop(out var expected) && expected == symbol))
            {
                throw TemplateException.Syntax(Line, $"unexpected '{symbol}'");
            }

            Position += symbol.Length;
            return new(TokenKind.Operator, symbol, Line);
        }

        throw TemplateException.Syntax(Line, $"unexpected character '{source[Position]}'");
    }
}
