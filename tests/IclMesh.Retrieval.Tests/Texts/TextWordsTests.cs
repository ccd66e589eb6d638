using IclMesh.Retrieval.Core.Texts;

namespace IclMesh.Retrieval.Tests.Texts;

public sealed class TextWordsTests
{
    [Theory]
    [InlineData("It's 3 o'clock, ROBOT-4!", "it s 3 o clock robot 4")]
    [InlineData("東京Tower3号", "東 東京 京 tower3 号")]
    [InlineData("ก\u0e34\u0e49น", "ก\u0e34\u0e49 ก\u0e34\u0e49น น")]
    [InlineData("\u0e01\u0e49\u0e34", "\u0e01\u0e49\u0e34")]
    [InlineData("a_b", "a b")]
    [InlineData("👩‍👩‍👧 😀", "")]
    public void OfStored_Text_IsCutInOrder(string text, string words) => Assert.Equal(words, string.Join(' ', TextWords.OfStored(text)));

    [Theory]
    [InlineData("東京タワー", "東京 京タ タワ ワー")]
    [InlineData("水", "水")]
    [InlineData("the the The", "the")]
    public void OfQuery_Text_AsksForPairs(string text, string words) => Assert.Equal(words, string.Join(' ', TextWords.OfQuery(text)));

    [Fact]
    public void OfQuery_LongText_IsBounded()
    {
        Assert.Equal(TextWords.MaxQueryWords, TextWords.OfQuery(string.Join(' ', Enumerable.Range(0, 1_000))).Count);
        Assert.Equal(new string('x', TextWords.MaxWordLength), Assert.Single(TextWords.OfQuery(new string('x', 5_000))));
    }

    [Fact]
    public void Bytes_AnyText_StayBelowTheShareThatShortTextsAreTrustedWith()
    {
        // U+FDFA is the character that grows most: three bytes become eighteen characters.
        foreach (var text in (string[])[new string('\ufdfa', 40_000), new string('字', 40_000), new string('\u0301', 100_000), string.Concat(Enumerable.Range(0x3400, 25_000).Select(c => (char)c))])
        {
            Assert.InRange(TextIndexEntry.Bytes(text), 1, 14L * System.Text.Encoding.UTF8.GetByteCount(text));
        }
    }
}
