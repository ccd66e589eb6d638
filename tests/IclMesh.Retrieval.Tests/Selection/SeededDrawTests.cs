using IclMesh.Retrieval.Core.Selection;

namespace IclMesh.Retrieval.Tests.Selection;

public sealed class SeededDrawTests
{
    [Fact]
    public void Hash_KnownTexts_IsFnv1a()
    {
        // Test vectors of the hash's authors.
        Assert.Equal(0xcbf29ce484222325UL, SeededDraw.Hash(""));
        Assert.Equal(0xaf63dc4c8601ec8cUL, SeededDraw.Hash("a"));
        Assert.Equal(0x85944171f73967e8UL, SeededDraw.Hash("foobar"));
    }

    [Fact]
    public void Key_ManySeeds_DrawsEveryPairEquallyOften()
    {
        var ids = Enumerable.Range(0, 5).Select(i => SeededDraw.Hash($"d{i}")).ToArray();
        const int Draws = 20_000;
        var counts = new Dictionary<(int, int), int>();
        for (var seed = 0UL; seed < Draws; seed++)
        {
            var drawn = Enumerable.Range(0, 5).OrderBy(i => SeededDraw.Key(ids[i], seed)).Take(2).Order().ToArray();
            counts[(drawn[0], drawn[1])] = counts.GetValueOrDefault((drawn[0], drawn[1])) + 1;
        }

        // Ten pairs; the 99.9 % point of χ² with 9 degrees of freedom is 27.9. The seeds are fixed, so the outcome is too.
        var expected = Draws / 10.0;
        var statistic = counts.Values.Sum(count => (count - expected) * (count - expected) / expected);
        Assert.Equal(10, counts.Count);
        Assert.InRange(statistic, 0, 27.9);
    }
}
