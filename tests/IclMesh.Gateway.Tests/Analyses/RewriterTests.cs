using CsCheck;
using IclMesh.Gateway.Analyses.Rewriting;

namespace IclMesh.Gateway.Tests.Analyses;

public sealed class RewriterTests
{
    private const string Review = "the movie is good , but the story is very long and the people in it are boring";

    [Fact]
    public void Rewrite_AnyTextSeedAndRow_IsRepeatableAndNeverEmptiesAText()
    {
        Gen.Select(Gen.String, Gen.ULong, Gen.Int[0, 1000]).Sample((text, seed, row) =>
        {
            foreach (var rewriter in InputRewriters.All)
            {
                var rewritten = rewriter.Rewrite(text, seed, row);
                Assert.Equal(rewritten, rewriter.Rewrite(text, seed, row));
                Assert.True(rewritten.Length > 0 || string.IsNullOrWhiteSpace(text), rewriter.Name);
            }
        });
    }

    [Fact]
    public void Rewrite_Typos_ChangesSomeWordsByOneLetterAndKeepsTheFirst()
    {
        var rewritten = new TypoRewriter().Rewrite(Review, seed: 1, row: 0);

        var pairs = Review.Split(' ').Zip(rewritten.Split(' ')).ToList();
        var changed = pairs.Where(pair => pair.First != pair.Second).ToList();
        Assert.InRange(changed.Count, 1, 8);
        Assert.All(changed, pair => Assert.Equal(pair.First[0], pair.Second[0]));
        Assert.All(changed, pair => Assert.InRange(pair.Second.Length - pair.First.Length, -1, 1));
    }

    [Fact]
    public void Rewrite_RareWords_ReplacesFrequentOnesAndKeepsCase() =>
        Assert.Equal("Commendable photoplay , execrable auteur", new RareWordRewriter().Rewrite("Good movie , bad director", seed: 1, row: 0));

    [Fact]
    public void Rewrite_Clauses_KeepsEveryWord()
    {
        var rewritten = new ClauseRewriter().Rewrite(Review, seed: 3, row: 0);

        Assert.NotEqual(Review, rewritten);
        Assert.Equal(Words(Review), Words(rewritten));

        static IEnumerable<string> Words(string text) => text.Split([' ', ','], StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal);
    }
}
