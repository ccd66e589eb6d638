using System.Text;
using IclMesh.Retrieval.Core.Demonstrations;

namespace IclMesh.Retrieval.Core.Filters;

/// <summary>Cuts a filter expression into tokens.</summary>
/// <param name="text">The expression.</param>
internal sealed class FilterLexer(string text)
{
    private static readonly string[] Symbols = ["==", "!=", "<=", ">=", "<", ">", "=", "(", ")", "[", "]", ",", "."];

    private int position;

    /// <summary>An error at a position.</summary>
    /// <param name="position">The position.</param>
    /// <param name="what">What is wrong there.</param>
    public static MeshException Error(int position, string what) => MeshException.Invalid("filter", $"at {position}: {what}");

    /// <summary>The next token.</summary>
    public FilterToken Next()
    {
        while (position < text.Length && char.IsWhiteSpace(text[position]))
        {
            position++;
        }

        if (position == text.Length)
        {
            return new(FilterTokenKind.End, "", position);
        }

        var first = text[position];
        if (char.IsLetter(first) || first == '_')
        {
            return new(FilterTokenKind.Name, Take(static c => char.IsLetterOrDigit(c) || c is '_' or '-', out var start), start);
        }

        if (first is '"' or '\'')
        {
            return Quoted(first);
        }

        if (char.IsAsciiDigit(first) || first is '-' or '+')
        {
            return Numeral();
        }

        foreach (var symbol in Symbols)
        {
            if (text.AsSpan(position).StartsWith(symbol, StringComparison.Ordinal))
            {
                position += symbol.Length;
                return new(FilterTokenKind.Symbol, symbol, position - symbol.Length);
            }
        }

        throw Error(position, $"unexpected character '{first}'");
    }

    private string Take(Func<char, bool> belongs, out int start)
    {
        start = position;
        while (position < text.Length && belongs(text[position]))
        {
            position++;
        }

        return text[start..position];
    }

    private FilterToken Numeral()
    {
        var digits = Take(static c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '+', out var start);
        return NumberText.Read(digits, out var number) is { } fault ? throw Error(start, $"'{digits}' {fault}") : new(FilterTokenKind.Number, digits, start, number);
    }

    private FilterToken Quoted(char quote)
    {
        var start = position++;
        var content = new StringBuilder();
        while (position < text.Length && text[position] != quote)
        {
            var escaped = text[position] == '\\';
            if (escaped && ++position == text.Length)
            {
                break;
            }

            content.Append((escaped, text[position]) switch
            {
                (true, 'n') => '\n',
                (true, 't') => '\t',
                var (_, other) => other,
            });
            position++;
        }

        if (position == text.Length)
        {
            throw Error(start, "the string has no end");
        }

        position++;
        return StoredText.Fault(content.ToString()) is { } fault
            ? throw Error(start, $"the string holds {fault}")
            : new(FilterTokenKind.Text, content.ToString(), start);
    }
}
