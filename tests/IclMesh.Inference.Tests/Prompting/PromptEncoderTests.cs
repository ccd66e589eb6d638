using IclMesh.Inference.Core.Prompting;
using IclMesh.Inference.ModelFiles.Opening;
using IclMesh.Inference.Tests.Models;
using IclMesh.Inference.Text.Tokens;
using IclMesh.Testing;

namespace IclMesh.Inference.Tests.Prompting;

/// <summary>The tiny tokenizer has one token a byte, so expected counts are lengths.</summary>
public sealed class PromptEncoderTests(TinyModelFixture models) : IClassFixture<TinyModelFixture>
{
    private static readonly PromptSegment[] Segments =
    [
        new(SegmentKind.Instruction, "Judge.\n"),
        new(SegmentKind.DemonstrationInput, "In: bad\nOut:", "a"),
        new(SegmentKind.DemonstrationLabel, " no", "a"),
        new(SegmentKind.Separator, "\n\n", "a"),
        new(SegmentKind.DemonstrationInput, "In: good\nOut:", "b"),
        new(SegmentKind.DemonstrationLabel, " yes", "b"),
        new(SegmentKind.Separator, "\n\n", "b"),
        new(SegmentKind.Query, "In: fine\nOut:"),
    ];

    private static readonly int Full = Segments.Sum(segment => segment.Text.Length);

    [Fact]
    public void Encode_EverythingFits_SpansCoverThePromptWithoutGaps()
    {
        var prompt = Encoder().Encode(Segments, [" yes", " no"], budget: null);

        Assert.Equal(Full, prompt.Tokens.Length);
        Assert.Empty(prompt.Dropped);
        var next = 0;
        foreach (var (span, segment) in prompt.Spans.Zip(Segments))
        {
            Assert.Equal((segment, next, segment.Text.Length), (span.Segment, span.Start, span.Count));
            next = span.End;
        }
    }

    [Theory]
    [InlineData(0, "")]
    [InlineData(-1, "a")]
    [InlineData(-17, "a")]
    [InlineData(-18, "a,b")]
    public void Encode_Budget_DropsWholeDemonstrationsFirstOnesFirst(int slack, string dropped)
    {
        var prompt = Encoder().Encode(Segments, [" yes"], Full + slack);

        Assert.Equal(dropped, string.Join(',', prompt.Dropped));
        Assert.True(prompt.Tokens.Length <= Full + slack);
        Assert.DoesNotContain(prompt.Spans, span => prompt.Dropped.Contains(span.Segment.DemonstrationId));
    }

    [Fact]
    public void Encode_QueryAloneTooLong_NamesFieldLimitAndActual()
    {
        var error = Assert.Throws<MeshException>(() => Encoder().Encode(Segments, [" yes"], budget: 19));

        Assert.Equal((ErrorKind.InvalidArgument, ErrorReasons.ContextTooLong), (error.Kind, error.Reason));
        Assert.Equal("segments", Assert.Single(error.Violations).Field);
        Assert.Equal(("19", "20"), (error.Metadata["limit"], error.Metadata["actual"]));
    }

    [Theory]
    [InlineData(20, true)]
    [InlineData(23, true)]
    [InlineData(22, false)]
    public void Encode_LongestChoice_CountsAgainstTheContextButItsLastToken(int context, bool longChoice)
    {
        // The query takes 13 bytes, the instruction 7; " yes" adds three tokens that are read and one that is only predicted.
        IReadOnlyList<string> choices = longChoice && context == 23 ? [" yes"] : longChoice ? ["y"] : [" yes"];
        var encoder = new PromptEncoder(Tokenizer(), context);

        if (context == 22)
        {
            Assert.Throws<MeshException>(() => encoder.Encode(Segments, choices, budget: null));
        }
        else
        {
            Assert.Equal(20, encoder.Encode(Segments, choices, budget: null).Tokens.Length);
        }
    }

    [Fact]
    public void Encode_BeginToken_StandsBeforeTheFirstPieceOnly()
    {
        const string Tokenizer = """
            {
              "model": {"type": "BPE", "vocab": {"<s>": 0, "a": 1, "b": 2}, "merges": []},
              "added_tokens": [{"id": 0, "content": "<s>", "special": true}],
              "post_processor": {
                "type": "TemplateProcessing",
                "single": [{"SpecialToken": {"id": "<s>", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}],
                "pair": [],
                "special_tokens": {"<s>": {"id": "<s>", "ids": [0], "tokens": ["<s>"]}}
              }
            }
            """;
        using var folder = new TemporaryFolder();
        var encoder = new PromptEncoder(TokenizerFiles.ReadJson(folder.Write("tokenizer.json", Tokenizer), new() { Boundaries = new(BeginText: "<s>") }), 600);

        var prompt = encoder.Encode([new(SegmentKind.Instruction, "ab"), new(SegmentKind.Query, "ba")], ["b"], budget: null);

        Assert.Equal([0, 1, 2, 2, 1], prompt.Tokens);
        Assert.Equal([(1, 2), (3, 2)], prompt.Spans.Select(span => (span.Start, span.Count)));

        // A rendered chat template has its begin token; what its messages and the choices say is text.
        var rendered = encoder.Encode(
            [new(SegmentKind.Query, "<s>ab<s>") { Scope = SpecialTokenScope.Everywhere.Until(3) }], ["<s>b"], budget: null, isFramed: true);
        Assert.Equal([0, 1, 2], rendered.Tokens);
        Assert.Equal([2], rendered.Choices[0]);
        Assert.Equal((0, 3), (rendered.Spans[0].Start, rendered.Spans[0].Count));
    }

    [Fact]
    public void Encode_TrailingBlanks_MoveToTheContinuation()
    {
        var prompt = Encoder().Encode([new(SegmentKind.Query, "A: \n")], ["x", "yz"], budget: null);

        Assert.Equal("A:", Text(prompt.Tokens));
        Assert.Equal([" \nx", " \nyz"], prompt.Choices.Select(Text));
    }

    [Fact]
    public void Encode_EmptyContext_StartsFromTheEndToken()
    {
        var prompt = Encoder().Encode([new(SegmentKind.Query, "")], ["x"], budget: null);

        Assert.Equal([256], prompt.Tokens);
    }

    [Theory]
    [InlineData(600, null)]
    [InlineData(601, "choices[1]")]
    [InlineData(5000, "choices[1]")]
    public void Encode_ChoiceAsLongAsTheContext_NamesItAndItsTokens(int length, string? field)
    {
        PromptSegment[] query = [new(SegmentKind.Query, "a")];
        string[] choices = ["b", new('c', length)];

        var error = Record.Exception(() => Encoder().Encode(query, choices, budget: null));

        Assert.Equal(field, (error as MeshException)?.Violations.Single().Field);
        Assert.True(error is null || error.Message.Contains($"takes {length} tokens", StringComparison.Ordinal));
    }

    [Fact]
    public void Encode_ChoiceLeavesTooLittleForTheQuery_SaysWhichTakesHowMuch()
    {
        var error = Assert.Throws<MeshException>(() => Encoder().Encode([new(SegmentKind.Query, new string('a', 20))], ["b", new('c', 590)], budget: null));

        Assert.Equal("segments: instruction and query alone take 20 tokens, the limit is 11, the context of 600 less 589 that choices[1] takes", error.Message);
    }

    private PromptEncoder Encoder() => new(Tokenizer(), 600);

    private ITextTokenizer Tokenizer()
    {
        using var source = ModelSources.Open(models.Llama);
        return source.Tokenizer;
    }

    private string Text(int[] ids) => Tokenizer().Decode(ids);
}
