using System.Globalization;
using System.Text;

namespace IclMesh.Inference.Text.Patterns;

/// <summary>The characters of an Oniguruma expression, read one by one, and the escapes that mean the same inside and outside of brackets.</summary>
internal sealed class OnigurumaReader(string expression)
{
    private readonly Rune[] source = [.. expression.EnumerateRunes()];

    public int Position { get; private set; }

    public bool AtEnd => Position >= source.Length;

    /// <summary>The next character; 0 at the end.</summary>
    public int Next => Ahead(0);

    public int Ahead(int count) => Position + count < source.Length ? source[Position + count].Value : 0;

    public int Read() => AtEnd ? throw Invalid("ends too early") : source[Position++].Value;

    public bool Skip(string text)
    {
        var length = 0;
        foreach (var unit in text)
        {
            if (Ahead(length++) != unit)
            {
                return false;
            }
        }

        Position += length;
        return true;
    }

    /// <summary>Reads up to a character, which is read too.</summary>
    public string Until(char end)
    {
        var text = new StringBuilder();
        while (Read() is var character && character != end)
        {
            text.Append(new Rune(character));
        }

        return text.ToString();
    }

    public bool IsAhead(char character) => source.AsSpan(Math.Min(Position, source.Length)).Contains(new(character));

    public void Return(int position) => Position = position;

    public ExpressionException Invalid(string what) => new(isUnsupported: false, $"the expression '{Shown}' {what}, at character {Position}");

    public ExpressionException Unsupported(string what) => new(
        isUnsupported: true, $"the expression '{Shown}' uses {what}, at character {Position}, which is not supported");

    /// <summary>A decimal number, or null where none stands here.</summary>
    public int? Number()
    {
        var digits = new StringBuilder();
        while (Next is >= '0' and <= '9')
        {
            digits.Append((char)Read());
        }

        const int Largest = 100_000;
        return digits.Length == 0 ? null
            : digits.Length < 7 && int.Parse(digits.ToString(), CultureInfo.InvariantCulture) is <= Largest and var number ? number
            : throw Invalid($"repeats more than {Largest} times");
    }

    /// <summary>The set that an escape stands for, the backslash being read; null where it is none of a set of characters.</summary>
    public CodePointSet? EscapedSet()
    {
        switch (Next)
        {
            case 'd' or 'D':
                return Negated(UnicodeProperties.DecimalDigits, 'D');
            case 's' or 'S':
                return Negated(UnicodeProperties.WhiteSpace, 'S');
            case 'w' or 'W':
                return Negated(UnicodeProperties.Word, 'W');
            case 'h' or 'H':
                return Negated(UnicodeProperties.Find("xdigit")!, 'H');
            case 'p' or 'P':
                var isNegated = Read() == 'P';
                if (!Skip("{"))
                {
                    throw Invalid("has a property without braces");
                }

                isNegated ^= Skip("^");
                var name = Until('}');
                var set = UnicodeProperties.Find(name) ?? throw Unsupported($"the property '{name}'");
                return isNegated ? set.Complement() : set;
            default:
                return null;
        }
    }

    /// <summary>The character that an escape stands for, the backslash being read.</summary>
    public int EscapedCharacter()
    {
        var character = Read();
        switch (character)
        {
            case 't':
                return '\t';
            case 'n':
                return '\n';
            case 'v':
                return '\v';
            case 'f':
                return '\f';
            case 'r':
                return '\r';
            case 'a':
                return '\a';
            case 'e':
                return '\x1b';
            case 'x' when Skip("{"):
                return Code(Until('}'), NumberStyles.AllowHexSpecifier);
            case 'x':
                return Byte(Code(Digits(2, IsHexadecimal), NumberStyles.AllowHexSpecifier));
            case 'u':
                return Code(Digits(4, IsHexadecimal) is { Length: 4 } digits ? digits : throw Invalid("has \\u without four digits"), NumberStyles.AllowHexSpecifier);
            case 'o' when Skip("{"):
                return Octal(Until('}'));
            case >= '0' and <= '7':
                Position--;
                return Byte(Octal(Digits(3, digit => digit is >= '0' and <= '7')));
            case 'c' or 'C' or 'M':
                throw Unsupported($"the control character \\{(char)character}");
            case >= 'a' and <= 'z' or >= 'A' and <= 'Z':
                throw Unsupported($"\\{(char)character}");
            default:
                return character;
        }
    }

    private string Shown => expression.Length > 80 ? expression[..80] + "..." : expression;

    private CodePointSet Negated(CodePointSet set, char negative) => Read() == negative ? set.Complement() : set;

    private static bool IsHexadecimal(int digit) => digit < 128 && char.IsAsciiHexDigit((char)digit);

    private string Digits(int most, Func<int, bool> isDigit)
    {
        var digits = new StringBuilder();
        while (digits.Length < most && !AtEnd && isDigit(Next))
        {
            digits.Append((char)Read());
        }

        return digits.ToString();
    }

    private int Octal(string digits) => digits.All(digit => digit is >= '0' and <= '7') && digits.Length is > 0 and < 9
        ? Valid(Convert.ToInt32(digits, 8))
        : throw Invalid("has a character code that is none");

    private int Code(string digits, NumberStyles style) => int.TryParse(digits, style, CultureInfo.InvariantCulture, out var code)
        ? Valid(code)
        : throw Invalid("has a character code that is none");

    private int Valid(int code) => Rune.IsValid(code) ? code : throw Invalid("has a character code that is none");

    /// <summary>Two digits stand for a byte of UTF-8, which is a character by itself in ASCII only.</summary>
    private int Byte(int value) => value < 0x80 ? value : throw Unsupported("single bytes of a character");
}
