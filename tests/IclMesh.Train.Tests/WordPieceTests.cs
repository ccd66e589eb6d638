using IclMesh.Inference.ModelFiles.Opening;
using IclMesh.Inference.Text.Tokens;
using IclMesh.Testing;
using IclMesh.Train.Export;
using IclMesh.Train.Text;

namespace IclMesh.Train.Tests;

/// <summary>Texts become the pieces that the product makes of them, or a model would be served what it was not trained on.</summary>
public sealed class WordPieceTests : IDisposable
{
    private static readonly WordPiece trainer = WordPiece.Load(Path.Combine(SharedFolder.Repository, "tools/train/vocabulary.txt"));
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("")]
    [InlineData("What is the capital of France ?")]
    [InlineData("It's a joy -- from start, to end; 100% \"unmissable\"!")]
    [InlineData("Crème brûlée, naïve façade; ÉCOLE")]
    [InlineData("日本語 and 한국어 and кириллица")]
    [InlineData("tabs\tand\nlines\r\nand\u00a0blanks\u200band nothing\u0000 at all \ufffd")]
    [InlineData("emoji 😀 $5 + €3 ^_^ `x` a\u0301")]
    [InlineData("counterrevolutionaries antidisestablishmentarianism zzzzqqqq")]
    public void Encode_Text_GivesTheProductsPieces(string text)
    {
        var product = Product();

        Assert.Equal(product.Encode(text).Select(token => token.Id), trainer.Encode(text));
    }

    [Fact]
    public void Encode_WordOfOneHundredLettersAndOneMore_AgreesWithTheProduct()
    {
        var product = Product();

        foreach (var length in (int[])[100, 101])
        {
            var word = new string('e', length);
            Assert.Equal(product.Encode(word).Select(token => token.Id), trainer.Encode(word));
        }
    }

    [Fact]
    public void Encode_LabelWords_AreWholeOrPiecesAsInTheProduct()
    {
        var product = Product();
        var words = File.ReadAllText(Path.Combine(SharedFolder.Repository, "tools/train/label-words.txt"));

        Assert.Equal(product.Encode(words).Select(token => token.Id), trainer.Encode(words));
    }

    [Fact]
    public void TokenizerFile_ForSentences_FramesThem()
    {
        var ids = Product(sentence: true).Encode("a text", addSpecialTokens: true).Select(token => token.Id);

        Assert.Equal([WordPiece.Begin, .. trainer.Encode("a text"), WordPiece.Separator], ids);
    }

    private ITextTokenizer Product(bool sentence = false) =>
        TokenizerFiles.ReadJson(folder.Write("tokenizer.json", TokenizerFile.Of(trainer, sentence).ToJsonString()));
}
