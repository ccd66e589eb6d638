using CsCheck;
using IclMesh.Retrieval.Core.Exact;
using IclMesh.Retrieval.Core.Selection;

namespace IclMesh.Retrieval.Tests.Selection;

public sealed class StrategyTests
{
    [Fact]
    public void Mmr_LambdaOne_IsTheRanking()
    {
        var pool = Pool(30, 8);

        var chosen = Choose(pool, new MmrStrategy(pool, pool.UnitRelevance(byCosine: true), lambda: 1), 10);

        Assert.Equal(Enumerable.Range(0, 10), chosen);
    }

    [Fact]
    public void Mmr_AnyLambda_EqualsTheDefinitionWrittenOut()
    {
        const double Lambda = 0.3;
        var pool = Pool(40, 6);
        var relevance = pool.UnitRelevance(byCosine: true);

        var chosen = Choose(pool, new MmrStrategy(pool, relevance, Lambda), 8);

        var expected = new List<int>();
        while (expected.Count < 8)
        {
            expected.Add(Enumerable.Range(0, 40).Except(expected).MaxBy(i => (Lambda * relevance[i])
                - ((1 - Lambda) * expected.Select(j => (1.0 + VectorMath.Cosine(Vector(pool, i), Vector(pool, j))) / 2).DefaultIfEmpty(0).Max())));
        }

        Assert.Equal(expected, chosen);
    }

    [Fact]
    public void Dpp_IncrementalCholesky_ChoosesWhatTheDeterminantChooses()
    {
        const double Lambda = 0.2;
        var pool = Pool(25, 12);
        var relevance = pool.UnitRelevance(byCosine: true);

        var chosen = Choose(pool, new DppStrategy(pool, relevance, Lambda), 6);

        var expected = new List<int>();
        while (expected.Count < 6)
        {
            expected.Add(Enumerable.Range(0, 25).Except(expected).MaxBy(i => LogDeterminant(pool, relevance, Lambda, [.. expected, i])));
        }

        Assert.Equal(expected, chosen);
    }

    [Fact]
    public void Dpp_Duplicates_ComeLast()
    {
        var pool = PoolOf([[1, 0], [1, 0], [0.8f, 0.6f], [1, 0]]);

        var chosen = Choose(pool, new DppStrategy(pool, pool.UnitRelevance(byCosine: true), 0.5), 4);

        Assert.Equal([0, 2], chosen.Take(2));
    }

    [Theory]
    [InlineData(7, 5)]
    [InlineData(31, 5)]
    [InlineData(7, 1)]
    [InlineData(31, 1)]
    public void VoteK_AgainstTheFormula_ChoosesTheSame(int neighbours, int dimension)
    {
        // In one dimension every cosine is 1 or −1: most neighbours tie.
        var pool = Pool(40, dimension);

        var chosen = Choose(pool, new VoteKStrategy(pool, neighbours, 10, new Dictionary<string, double>()), 10);

        var edges = Enumerable.Range(0, 40)
            .Select(v => Enumerable.Range(0, 40).Where(u => u != v).OrderByDescending(u => pool.Cosines(v)[u]).Take(neighbours).ToHashSet()).ToArray();
        var expected = new List<int>();
        while (expected.Count < 10)
        {
            expected.Add(Enumerable.Range(0, 40).Except(expected).MaxBy(u => Enumerable.Range(0, 40)
                .Where(v => !expected.Contains(v) && edges[v].Contains(u))
                .Sum(v => Math.Pow(10, 12 - expected.Count(edges[v].Contains)))));
        }

        Assert.Equal(expected, chosen);
    }

    [Fact]
    public void VoteK_WithConfidences_TakesOneOfEachBucketAndLeavesTheSurestOut()
    {
        var pool = Pool(101, 5);
        var confidences = Enumerable.Range(0, 101).ToDictionary(i => Id(pool, i), i => (double)i);

        var chosen = Choose(pool, new VoteKStrategy(pool, 20, 10, confidences), 10);

        // One by votes; of the hundred left, the ninety least sure make nine buckets of ten.
        var rest = Enumerable.Range(0, 101).Where(i => i != chosen[0]).ToArray();
        Assert.Equal(Enumerable.Range(0, 9), chosen.Skip(1).Select(i => Array.IndexOf(rest, i) / 10));
    }

    [Fact]
    public void Cover_SameSeed_ChoosesTheSameWhateverTheOrderOfThePool()
    {
        var pool = Pool(50, 4);
        var reversed = new CandidatePool([.. pool.Candidates.Reverse()], [1, 0, 0, 0]);

        var one = Choose(pool, new CoverStrategy(pool, 5), 8).Select(i => Id(pool, i));
        var other = Choose(reversed, new CoverStrategy(reversed, 5), 8).Select(i => Id(reversed, i));

        Assert.Equal(one, other);
    }

    [Fact]
    public void Cover_TightClusters_VisitsEachBeforeAnyTwice()
    {
        float[][] centres = [[1, 0, 0], [0, 1, 0], [0, 0, 1]];
        var random = new Random(1);
        var pool = PoolOf([.. Enumerable.Range(0, 30).Select(i => centres[i % 3].Select(x => x + (0.0001f * random.NextSingle())).ToArray())]);

        var chosen = Choose(pool, new CoverStrategy(pool, 11), 3);

        Assert.Equal([0, 1, 2], chosen.Select(i => int.Parse(Id(pool, i)) % 3).Order());
    }

    [Fact]
    public void Greatest_AnyNumbers_EqualsSorting() => Gen.Int[-5, 5].Select(i => (float)i).Array[1, 50].Sample(values =>
    {
        for (var n = 1; n <= values.Length; n++)
        {
            Assert.Equal(values.OrderDescending().ElementAt(n - 1), OrderStatistic.Greatest([.. values], n));
        }
    });

    [Fact]
    public void Greatest_NumbersOfAllMagnitudes_EqualsSorting()
    {
        // What halving by value cannot separate: neighbours in bits, denormal ones, both zeros, the greatest there are.
        var number = Gen.OneOf(
            Gen.Float[-1, 1],
            Gen.Float[-1, 1].Select(x => x * 1e-40f),
            Gen.Int[0, 3].Select(i => BitConverter.Int32BitsToSingle(0x3f80_0000 + i)),
            Gen.Int[0, 3].Select(i => i switch { 0 => 0f, 1 => -0f, 2 => float.MaxValue, _ => float.MinValue }));
        number.Array[1, 300].Sample(
            values =>
            {
                var sorted = values.OrderDescending().ToArray();
                for (var n = 1; n <= values.Length; n += 7)
                {
                    Assert.Equal(sorted[n - 1], OrderStatistic.Greatest(values, n));
                }
            },
            iter: 200);
    }

    private static CandidatePool Pool(int count, int dimension)
    {
        var query = Given.Vectors(1, dimension, seed: 77)[0];
        var vectors = Given.Vectors(count, dimension).OrderByDescending(vector => VectorMath.Cosine(query, vector)).ToArray();
        return new(Candidates(vectors, query), query);
    }

    private static CandidatePool PoolOf(float[][] vectors) => new(Candidates(vectors, vectors[0]), vectors[0]);

    private static Candidate[] Candidates(float[][] vectors, float[] query) =>
        [.. vectors.Select((vector, i) => new Candidate(Given.Demonstration($"{i}", vector), new(VectorMath.Cosine(query, vector), i + 1), VectorMath.Cosine(query, vector)))];

    private static float[] Vector(CandidatePool pool, int i) => pool.Candidates[i].Demonstration.Vector;

    private static string Id(CandidatePool pool, int i) => pool.Candidates[i].Demonstration.Id;

    private static int[] Choose(CandidatePool pool, ISelectionStrategy strategy, int count)
    {
        var request = Given.Request(count, [.. Enumerable.Repeat(1f, pool.Candidates[0].Demonstration.Vector.Length)]);
        var limits = new SelectionLimits(pool, request, []);
        GreedySelection.Run(pool, strategy, limits, request, []);
        return [.. limits.Chosen];
    }

    /// <summary>By elimination, without any of the incremental algebra.</summary>
    private static double LogDeterminant(CandidatePool pool, double[] relevance, double lambda, int[] set)
    {
        double Entry(int i, int j) =>
            Math.Exp((relevance[i] + relevance[j]) / (2 * lambda)) * (1 + (double)VectorMath.Cosine(Vector(pool, i), Vector(pool, j))) / 2;
        double[][] matrix = [.. set.Select(i => set.Select(j => Entry(i, j)).ToArray())];
        var logarithm = 0.0;
        for (var k = 0; k < set.Length; k++)
        {
            logarithm += Math.Log(matrix[k][k]);
            for (var i = k + 1; i < set.Length; i++)
            {
                var factor = matrix[i][k] / matrix[k][k];
                for (var j = k; j < set.Length; j++)
                {
                    matrix[i][j] -= factor * matrix[k][j];
                }
            }
        }

        return logarithm;
    }
}
