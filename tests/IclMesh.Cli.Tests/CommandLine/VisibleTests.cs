using IclMesh.Cli.CommandLine;
using Spectre.Console;

namespace IclMesh.Cli.Tests.CommandLine;

public sealed class VisibleTests
{
    [Theory]
    [InlineData("plain text, é, 東京, 👍", "plain text, é, 東京, 👍")]
    [InlineData("\u001b]52;c;QQ==\u0007", @"\u{1b}]52;c;QQ==\u{7}")]
    [InlineData("\u009b31m", @"\u{9b}31m")]
    [InlineData("\u202egnp.exe", @"\u{202e}gnp.exe")]
    [InlineData("a\u2066b\u2069", @"a\u{2066}b\u{2069}")]
    [InlineData("a\u200bb\ufeffc", @"a\u{200b}b\u{feff}c")]
    [InlineData("tag \U000E0041", @"tag \u{e0041}")]
    [InlineData("line\nnext\r", @"line\u{a}next\u{d}")]
    [InlineData("\u2028", @"\u{2028}")]
    public void Of_WhatActsOrHides_IsWrittenOut(string text, string visible) => Assert.Equal(visible, Visible.Of(text));

    [Fact]
    public void Of_HalfAPair_IsWrittenOut() => Assert.Equal(@"\u{d83d} half \u{dc00}", Visible.Of("\ud83d half \udc00"));

    [Fact]
    public void Of_WholeDocument_KeepsItsLines() => Assert.Equal("a\nb\\u{1b}", Visible.Of("a\nb\u001b", keepLines: true));

    [Fact]
    public void Console_WhateverIsWrittenToIt_ObeysNoneOfIt()
    {
        const string Attack = "\u001b]52;c;QQ==\u0007\u202e\u200b\u009b2J";
        using var written = new StringWriter();
        var console = AnsiConsole.Create(new() { Out = new AnsiConsoleOutput(written), Ansi = AnsiSupport.Yes, ColorSystem = ColorSystemSupport.TrueColor });
        console.Pipeline.Attach(new VisibleText());

        console.MarkupLineInterpolated($"[red]error:[/] {Attack}");
        console.WriteLine(Attack);
        console.Write(new Table().AddColumn(Markup.Escape(Attack)).AddRow(new Text(Attack)));
        console.Write(new Tree(Markup.Escape(Attack)));
        console.Write(new Panel(Markup.Escape(Attack)).Header(Markup.Escape(Attack)));

        var text = written.ToString();
        Assert.Contains(@"\u{1b}]52;c;QQ==\u{7}\u{202e}\u{200b}\u{9b}2J", text, StringComparison.Ordinal);
        Assert.DoesNotContain("\u001b]", text, StringComparison.Ordinal);
        Assert.DoesNotContain(text, character => character is '\u0007' or '\u202e' or '\u200b' or '\u009b');

        // The console's own colours stay.
        Assert.Contains("\u001b[", text, StringComparison.Ordinal);
    }
}
