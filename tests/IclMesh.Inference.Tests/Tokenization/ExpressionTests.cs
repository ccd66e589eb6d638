using System.Diagnostics;
using System.Text.Json;
using IclMesh.Inference.ModelFiles.Opening;
using IclMesh.Inference.Text.Patterns;
using IclMesh.Inference.Text.Tokens;
using IclMesh.Testing;

namespace IclMesh.Inference.Tests.Tokenization;

/// <summary>Expressions of tokenizer.json mean what they mean in Oniguruma; expected matches are those of python3-regex (`make.py` beside them).</summary>
public class ExpressionTests
{
    private static readonly JsonElement Expected = JsonDocument.Parse(
        File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "fixtures", "expressions.json"))).RootElement;

    public static TheoryData<string> Patterns => [.. Expected.GetProperty("cases").EnumerateArray().Select(entry => entry.GetProperty("pattern").GetString()!)];

    [Theory]
    [MemberData(nameof(Patterns))]
    public void Matches_EveryText_AreThoseOfTheReference(string pattern)
    {
        var expected = Expected.GetProperty("cases").EnumerateArray().First(entry => entry.GetProperty("pattern").GetString() == pattern).GetProperty("matches");
        var expression = TextPattern.Expression(pattern);

        foreach (var (index, element) in Expected.GetProperty("texts").EnumerateArray().Index())
        {
            var text = element.GetString()!;
            var found = expression.Matches(text).Where(match => match.IsMatch).Select(match => $"{Points(text, match.Start)}-{Points(text, match.Start + match.Length)}");

            Assert.Equal(expected[index].EnumerateArray().Select(range => $"{range[0]}-{range[1]}"), found);
        }
    }

    [Theory]
    [InlineData(@"\X", "text segments")]
    [InlineData(@"a\Kb", "keeping")]
    [InlineData(@"\Ga", "where a search began")]
    [InlineData(@"(a)\1", "references to groups")]
    [InlineData(@"(?<x>a)\k<x>", "references to groups")]
    [InlineData(@"(?<x>a)\g<x>", "calls of groups")]
    [InlineData(@"\p{Grapheme_Extend}", "the property 'Grapheme_Extend'")]
    [InlineData(@"[[:punct:]]", "[:punct:]")]
    [InlineData(@"(?~abc)", "(?~")]
    [InlineData(@"(?(1)a|b)", "(?(")]
    [InlineData(@"(?i:ss)", "a ligature or ß")]
    [InlineData(@"(?i:ß)", "several letters")]
    [InlineData(@"\xE9", "single bytes")]
    [InlineData(@"(?W)a", "(?W")]
    [InlineData(@"\q", @"\q")]
    public void Read_PartsOfTheDialectThatHaveNoCounterpart_AreRefusedByName(string pattern, string name)
    {
        var error = Assert.Throws<MeshException>(() => Read(pattern));

        Assert.Equal(ErrorKind.Unimplemented, error.Kind);
        Assert.Contains(name, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("(")]
    [InlineData(")")]
    [InlineData("[a")]
    [InlineData("[]")]
    [InlineData("*a")]
    [InlineData("a{2,1}")]
    [InlineData("[z-a]")]
    [InlineData(@"\p{L")]
    [InlineData(@"\x{110000}")]
    [InlineData("[[:nonsense:]]")]
    public void Read_WhatIsNoExpression_IsCorrupt(string pattern) => Assert.Equal(ErrorKind.DataLoss, Assert.Throws<MeshException>(() => Read(pattern)).Kind);

    [Fact]
    public void Matches_ExpressionThatBacktracksForEver_RunsOnTheEngineThatDoesNot()
    {
        var expression = TextPattern.Expression("(a|aa)+$|(a+)+!");
        var watch = Stopwatch.StartNew();

        var matches = expression.Matches(new string('a', 40) + "b\n");

        Assert.DoesNotContain(matches, match => match.IsMatch);
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(8));
    }

    [Fact]
    public void Matches_ExpressionThatLooksAroundForEver_SaysSoInTime()
    {
        var expression = TextPattern.Expression("(a|aa)+(?!a)(?=c)");
        var watch = Stopwatch.StartNew();

        var error = Assert.Throws<MeshException>(() => expression.Matches(new string('a', 60) + "b"));

        Assert.Equal(ErrorKind.ResourceExhausted, error.Kind);
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(8));
    }

    private static ITextTokenizer Read(string pattern)
    {
        using var folder = new TemporaryFolder();
        var json = JsonSerializer.Serialize(new
        {
            model = new { type = "BPE", vocab = new Dictionary<string, int> { ["a"] = 0 }, merges = Array.Empty<string>() },
            pre_tokenizer = new { type = "Split", pattern = new { Regex = pattern }, behavior = "Isolated", invert = false },
        });
        return TokenizerFiles.ReadJson(folder.Write("tokenizer.json", json));
    }

    private static int Points(string text, int units) => text[..units].EnumerateRunes().Count();
}
