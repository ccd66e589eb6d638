using IclMesh.Retrieval.Core.Selection;

namespace IclMesh.Retrieval.Tests.Selection;

public sealed class MinHashTests
{
    [Fact]
    public void Resemblance_RandomTexts_IsNearTheSharesThatTheyHave()
    {
        var random = new Random(1);
        var errors = new List<double>();
        for (var pair = 0; pair < 60; pair++)
        {
            // A common part and one of its own each: the shares run from nothing to everything.
            var common = Letters(random, 20 + (10 * pair));
            var (x, y) = (common + Letters(random, 300), common + Letters(random, 300));

            errors.Add(MinHash.Resemblance(MinHash.Signature(x), MinHash.Signature(y)) - Jaccard(x, y));
        }

        // 128 places: a standard error of at most 0.044, and no bias beyond that of a mean of 60.
        Assert.All(errors, error => Assert.InRange(error, -0.18, 0.18));
        Assert.InRange(errors.Average(), -0.02, 0.02);
    }

    [Theory]
    [InlineData("Great, moving film!", "great moving FILM", 1)]
    [InlineData("ab", "AB.", 1)]
    [InlineData("ab", "cd", 0)]
    public void Resemblance_ShortTexts_IgnoresCaseSpacingAndPunctuation(string x, string y, double expected) =>
        Assert.Equal(expected, MinHash.Resemblance(MinHash.Signature(x), MinHash.Signature(y)));

    private static string Letters(Random random, int count) => new([.. Enumerable.Range(0, count).Select(_ => (char)('a' + random.Next(26)))]);

    private static double Jaccard(string x, string y)
    {
        var (first, second) = (Shingles(x), Shingles(y));
        return first.Intersect(second).Count() / (double)first.Union(second).Count();
    }

    private static HashSet<string> Shingles(string text) => [.. Enumerable.Range(0, text.Length - 4).Select(start => text.Substring(start, 5))];
}
