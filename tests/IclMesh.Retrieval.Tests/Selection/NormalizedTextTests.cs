using IclMesh.Retrieval.Core.Selection;

namespace IclMesh.Retrieval.Tests.Selection;

public sealed class NormalizedTextTests
{
    [Theory]
    [InlineData("A gripping , intelligent film", "a gripping, intelligent film.", true)]
    [InlineData("Ein Ärger", "EIN ÄRGER", true)]
    [InlineData("film", "filme", false)]
    [InlineData("film 1", "film 2", false)]
    [InlineData("!!!", "???", false)]
    [InlineData(" !!! ", "!!!", true)]
    public void Of_TwoTexts_AreEqualWhereOnlyCaseSpacingAndPunctuationDiffer(string one, string other, bool equal)
    {
        Assert.Equal(equal, NormalizedText.Of(one) == NormalizedText.Of(other));
    }
}
