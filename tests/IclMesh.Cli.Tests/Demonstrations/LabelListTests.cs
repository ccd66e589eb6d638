using IclMesh.Cli.Demonstrations;

namespace IclMesh.Cli.Tests.Demonstrations;

public sealed class LabelListTests
{
    [Theory]
    [InlineData("One", "at least two")]
    [InlineData("A,,B", "empty")]
    [InlineData("A,B,A", "repeats 'A'")]
    public void New_BadList_SaysWhy(string text, string reason)
    {
        var error = Assert.Throws<MeshException>(() => new LabelList(text));

        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ToLabels_WordsThatAreNumbers_KeepIndicesApart()
    {
        var labels = new LabelList("1,0").ToLabels().ToList();

        Assert.Equal(["1", "#0"], labels[0].StoredValues);
        Assert.Equal(["0", "#1"], labels[1].StoredValues);
    }
}
