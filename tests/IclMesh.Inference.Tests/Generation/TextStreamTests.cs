using CsCheck;
using IclMesh.Inference.Core.Generation;
using IclMesh.Inference.ModelFiles.Opening;
using IclMesh.Inference.Tests.Models;
using IclMesh.Inference.Text.Tokens;

namespace IclMesh.Inference.Tests.Generation;

/// <summary>The tiny tokenizer has one token a byte: every character beyond ASCII comes in pieces.</summary>
public sealed class TextStreamTests(TinyModelFixture models) : IClassFixture<TinyModelFixture>
{
    private static readonly string[] Letters = ["a", "é", "日", "😀", " ", "\n"];

    [Fact]
    public void Add_AnyText_ComesWholeAndNoCharacterIsSplit() =>
        Gen.Int[0, Letters.Length - 1].Select(index => Letters[index]).Array[0, 30].Select(parts => string.Concat(parts)).Sample(text =>
        {
            var stream = new TextStream(Tokenizer, []);
            var pieces = Tokenizer.Encode(text).Select(token => stream.Add(token.Id)).Append("").ToList();
            pieces[^1] = stream.Finish();

            Assert.Equal(text, string.Concat(pieces));
            Assert.All(pieces, piece => Assert.DoesNotContain('\uFFFD', piece));
        });

    [Theory]
    [InlineData("one two three", "two", "one ")]
    [InlineData("abababc", "abc", "abab")]
    [InlineData("xend", "end", "x")]
    [InlineData("no stop: en", "end", null)]
    public void Add_StopText_EndsBeforeItAndHoldsNothingTooLong(string text, string stop, string? before)
    {
        var stream = new TextStream(Tokenizer, [stop]);
        var all = "";
        foreach (var token in Tokenizer.Encode(text))
        {
            all += stream.Add(token.Id);
            if (stream.Stopped)
            {
                break;
            }
        }

        all += stream.Finish();
        Assert.Equal(before ?? text, all);
        Assert.Equal(before is not null, stream.Stopped);
    }

    private ITextTokenizer Tokenizer
    {
        get
        {
            using var source = ModelSources.Open(models.Llama);
            return source.Tokenizer;
        }
    }
}
