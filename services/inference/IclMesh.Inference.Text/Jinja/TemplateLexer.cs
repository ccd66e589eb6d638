namespace IclMesh.Inference.Text.Jinja;

/// <summary>Splits a template into tokens, with <c>trim_blocks</c> and <c>lstrip_blocks</c> on, as transformers sets Jinja up.</summary>
internal sealed class TemplateLexer
{
    private readonly string source;
    private readonly List<Token> tokens = [];
    private int position;
    private int line = 1;

    private TemplateLexer(string source) => this.source = source;

    public static IReadOnlyList<Token> Read(string template)
    {
        // Line ends become one character, and the last one of the template is not part of it.
        var source = template.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n');
        var lexer = new TemplateLexer(source.EndsWith('\n') ? source[..^1] : source);
        lexer.ReadAll();
        return lexer.tokens;
    }

    private void ReadAll()
    {
        var lineStarts = true;
        while (NextTag() is >= 0 and var tag)
        {
            var opening = source[tag + 1];
            var sign = tag + 2 < source.Length && source[tag + 2] is '-' or '+' ? source[tag + 2] : ' ';
            AddData(Before(tag, opening, sign, lineStarts));
            position = tag + (sign == ' ' ? 2 : 3);
            switch (opening)
            {
                case '#':
                    SkipComment();
                    break;
                case '%' when TrySkipRawBegin():
                    ReadRaw();
                    break;
                default:
                    ReadTag(opening);
                    break;
            }

            lineStarts = source[position - 1] == '\n';
        }

        AddData(source[position..]);
        tokens.Add(new(TokenKind.End, "", line));
    }

    private int NextTag()
    {
        for (var i = source.IndexOf('{', position); i >= 0 && i + 1 < source.Length; i = source.IndexOf('{', i + 1))
        {
            if (source[i + 1] is '{' or '%' or '#')
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>The text before a tag, without the white space that the tag takes away.</summary>
    private string Before(int tag, char opening, char sign, bool lineStarts)
    {
        var text = source[position..tag];
        if (sign == '-')
        {
            return PythonText.Strip(text, left: false, right: true);
        }

        var lastLine = text.LastIndexOf('\n') + 1;
        return sign == ' ' && opening != '{' && (lastLine > 0 || lineStarts) && text.AsSpan(lastLine).IsWhiteSpace() ? text[..lastLine] : text;
    }

    private void AddData(string text)
    {
        if (text.Length > 0)
        {
            tokens.Add(new(TokenKind.Data, text, line));
        }

        line += text.AsSpan().Count('\n');
    }

    private void SkipComment()
    {
        var end = source.IndexOf("#}", position, StringComparison.Ordinal);
        if (end < 0)
        {
            throw TemplateException.Syntax(line, "a comment has no end");
        }

        var sign = end > position ? source[end - 1] : ' ';
        line += source.AsSpan(position, end - position).Count('\n');
        position = end + 2;
        SkipBehind(sign, trims: true);
    }

    /// <summary>Takes away what a closing tag takes: all white space for -, nothing for +, else one line end behind a block.</summary>
    private void SkipBehind(char sign, bool trims)
    {
        while (sign == '-' && position < source.Length && PythonText.IsSpace(source[position]))
        {
            line += source[position++] == '\n' ? 1 : 0;
        }

        if (sign is not ('-' or '+') && trims && position < source.Length && source[position] == '\n')
        {
            position++;
            line++;
        }
    }

    private bool TrySkipRawBegin()
    {
        var end = Word(position, "raw");
        var dash = end >= 0 && end < source.Length && source[end] == '-';
        if (end < 0 || string.CompareOrdinal(source, end + (dash ? 1 : 0), "%}", 0, 2) != 0)
        {
            return false;
        }

        position = end + (dash ? 3 : 2);
        SkipBehind(dash ? '-' : ' ', trims: false);
        return true;
    }

    private void ReadRaw()
    {
        for (var tag = source.IndexOf("{%", position, StringComparison.Ordinal); tag >= 0; tag = source.IndexOf("{%", tag + 2, StringComparison.Ordinal))
        {
            var sign = tag + 2 < source.Length && source[tag + 2] is '-' or '+' ? source[tag + 2] : ' ';
            var end = Word(tag + (sign == ' ' ? 2 : 3), "endraw");
            var closing = end >= 0 && end < source.Length && source[end] is '-' or '+' ? source[end] : ' ';
            if (end < 0 || string.CompareOrdinal(source, end + (closing == ' ' ? 0 : 1), "%}", 0, 2) != 0)
            {
                continue;
            }

            AddData(Before(tag, '%', sign, lineStarts: false));
            position = end + (closing == ' ' ? 2 : 3);
            SkipBehind(closing, trims: true);
            return;
        }

        throw TemplateException.Syntax(line, "a raw block has no end");
    }

    /// <summary>The position behind a word and the blanks around it; -1 where it is not there.</summary>
    private int Word(int start, string word)
    {
        start = BehindSpace(start);
        return string.CompareOrdinal(source, start, word, 0, word.Length) == 0 ? BehindSpace(start + word.Length) : -1;
    }

    private int BehindSpace(int start)
    {
        while (start < source.Length && PythonText.IsSpace(source[start]))
        {
            start++;
        }

        return start;
    }

    private void ReadTag(char opening)
    {
        var isBlock = opening == '%';
        tokens.Add(new(isBlock ? TokenKind.BlockBegin : TokenKind.VariableBegin, "", line));
        var expression = new ExpressionLexer(source, position, line, isBlock ? "%}" : "}}");
        while (expression.TryRead(out var token))
        {
            tokens.Add(token);
        }

        (position, line) = (expression.Position, expression.Line);
        tokens.Add(new(isBlock ? TokenKind.BlockEnd : TokenKind.VariableEnd, "", line));
        SkipBehind(expression.ClosingSign, trims: isBlock);
    }
}
