using CsCheck;
using IclMesh.Retrieval.Core.Demonstrations;
using IclMesh.Retrieval.Core.Filters;

namespace IclMesh.Retrieval.Tests.Filters;

public sealed class FilterParserTests
{
    private static readonly Demonstration Example = Given.Demonstration("a", 1, 0) with
    {
        Label = "positive",
        Split = "train",
        Version = 3,
        Metadata = new Dictionary<string, MetadataValue>
        {
            ["year"] = MetadataValue.Of(2019.0),
            ["source"] = MetadataValue.Of("it's \"x\""),
            ["gold"] = MetadataValue.Of(true),
        },
    };

    [Theory]
    [InlineData("label == \"positive\"", true)]
    [InlineData("label = 'negative'", false)]
    [InlineData("label != 'negative'", true)]
    [InlineData("label > 'pos'", true)]
    [InlineData("split in ('dev', \"train\")", true)]
    [InlineData("split not in ('dev', 'train')", false)]
    [InlineData("version >= 3 and version < 4", true)]
    [InlineData("metadata.year >= 2019", true)]
    [InlineData("metadata.year > 2.0190e3", false)]
    [InlineData("metadata[\"year\"] in (2018, 2019)", true)]
    [InlineData("metadata.source == 'it\\'s \"x\"'", true)]
    [InlineData("metadata.gold == true", true)]
    [InlineData("metadata.gold != true", false)]
    [InlineData("metadata.gold == 1", false)]
    [InlineData("metadata.year == \"2019\"", false)]
    [InlineData("metadata.year != \"2019\"", false)]
    [InlineData("metadata.missing != 1", false)]
    [InlineData("not metadata.missing == 1", true)]
    [InlineData("exists(metadata.gold) and not exists(metadata.missing)", true)]
    [InlineData("label == 'x' or label == 'positive' and split == 'train'", true)]
    [InlineData("(label == 'x' or label == 'positive') and split == 'dev'", false)]
    [InlineData("not not label == 'positive'", true)]
    [InlineData("id == 'a'", true)]
    public void Parse_Expression_MeansWhatItSays(string text, bool expected)
    {
        Assert.Equal(expected, Filter.Parse(text)!.Matches(Example));
    }

    [Theory]
    [InlineData("colour == 1", 0, "there is no field 'colour'")]
    [InlineData("label == ", 9, "expected a value, found the end")]
    [InlineData("label == 5", 9, "label is text, this is a number")]
    [InlineData("version == 'x'", 11, "version is a number, this is text")]
    [InlineData("label ~ 'x'", 6, "unexpected character '~'")]
    [InlineData("label == 'x' label", 13, "expected 'and', 'or' or the end, found 'label'")]
    [InlineData("(label == 'x'", 13, "expected ')', found the end")]
    [InlineData("label == 'x", 9, "the string has no end")]
    [InlineData("metadata == 1", 9, "expected '[', found '=='")]
    [InlineData("metadata.a in (1, 'x')", 18, "the list holds a number, this is text")]
    [InlineData("metadata.a < true", 13, "true and false have no order")]
    [InlineData("metadata.a == 1e999", 14, "'1e999' is not a finite number")]
    [InlineData("not", 3, "expected a field, found the end")]
    [InlineData("label '=='", 6, "expected a comparison, found '=='")]
    public void Parse_Wrong_SaysWhereAndWhat(string text, int position, string what)
    {
        var error = Assert.Throws<MeshException>(() => Filter.Parse(text));

        var violation = Assert.Single(error.Violations);
        Assert.Equal("filter", violation.Field);
        Assert.StartsWith($"at {position}: {what}", violation.Description);
    }

    [Fact]
    public void Parse_DepthAtAndOverTheLimit_AcceptsAndRefuses()
    {
        static string Nested(int depth) => new string('(', depth) + "label == 'x'" + new string(')', depth);

        Filter.Parse(Nested(FilterParser.MaxDepth));
        var error = Assert.Throws<MeshException>(() => Filter.Parse(Nested(FilterParser.MaxDepth + 1)));

        Assert.Contains("more than 32 brackets", error.Message);
    }

    [Fact]
    public void Parse_TooLong_IsRefusedUnread()
    {
        var error = Assert.Throws<MeshException>(() => Filter.Parse(new string('(', 1 << 20)));

        Assert.Contains("at most 16384 characters", error.Message);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(" ")]
    public void Parse_Nothing_IsNoFilter(string? text) => Assert.Null(Filter.Parse(text));

    [Fact]
    public void Parse_AnyText_ParsesOrSaysWhere()
    {
        var fragment = Gen.OneOf(
            Gen.OneOf("label", "metadata", ".", "[", "]", "(", ")", "==", "<", "in", "not", "and", "or", "exists", "'", "\"x\"", "1", "true", ",", "\\", " "),
            Gen.String[0, 3]);
        fragment.Array[0, 30].Select(string.Concat).Sample(
            text =>
            {
                try
                {
                    Filter.Parse(text)?.Matches(Example);
                }
                catch (MeshException error)
                {
                    Assert.Equal("filter", Assert.Single(error.Violations).Field);
                }
            },
            iter: 20_000);
    }
}
