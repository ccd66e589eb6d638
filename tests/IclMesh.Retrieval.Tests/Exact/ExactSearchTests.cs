using CsCheck;
using IclMesh.Retrieval.Core.Collections;
using IclMesh.Retrieval.Core.Exact;

namespace IclMesh.Retrieval.Tests.Exact;

public sealed class ExactSearchTests
{
    public static TheoryData<VectorMetric> Metrics => [.. Enum.GetValues<VectorMetric>()];

    [Theory]
    [MemberData(nameof(Metrics))]
    public void Search_GaussianVectors_EqualsTheReferenceOnEveryKernel(VectorMetric metric)
    {
        using var table = new TestTable(metric, Given.Vectors(3000, 100));

        foreach (var query in Given.Vectors(10, 100, seed: 2))
        {
            var expected = table.Reference(query, 10);
            var answer = table.Search<PortableKernel>(query, 10);

            Assert.Equal(expected, answer.Best);
            Assert.Equal(3000, answer.Visited);

            // The bound must rule out nearly everything, or the codes are of no use.
            Assert.InRange(answer.Rescored, 10, 300);
            AssertSame<Avx2Kernel>(table, query, answer);
            AssertSame<VnniKernel>(table, query, answer);

            // As rows of a large file are rescored.
            Assert.Equal(expected, table.Search<PortableKernel>(query, 10, inPlaceBytes: 0).Best);
        }
    }

    [Theory]
    [MemberData(nameof(Metrics))]
    public void Search_AnyVectors_EqualsTheReference(VectorMetric metric)
    {
        // Few different components make ties; wild magnitudes make bad scales; dimensions around the lane counts make tails.
        var component = Gen.OneOf(
            Gen.Float[-1, 1], Gen.Int[-2, 2].Select(i => (float)i), Gen.Float[-1, 1].Select(x => x * 1e15f), Gen.Float[-1, 1].Select(x => x * 1e-15f));
        Gen.Int[1, 130].SelectMany(dimension => Gen.Select(Vector(component, dimension).Array[1, 150], Vector(component, dimension), Gen.Int[1, 20]))
            .Sample(
                (vectors, query, limit) =>
                {
                    using var table = new TestTable(metric, vectors);

                    Assert.Equal(table.Reference(query, limit), table.Search<VnniOrPortable>(query, limit).Best);
                },
                iter: 150);
    }

    [Theory]
    [MemberData(nameof(Metrics))]
    public void Search_NearlyEqualRows_RescoresInsteadOfGuessing(VectorMetric metric)
    {
        // All rows quantise to about the same codes: only fp32 tells them apart.
        var random = new Random(3);
        var origin = Given.Vectors(1, 64)[0];
        var vectors = Enumerable.Range(0, 500).Select(_ => origin.Select(x => x + (1e-5f * random.NextSingle())).ToArray()).ToArray();
        using var table = new TestTable(metric, vectors);

        var answer = table.Search<VnniOrPortable>(origin, 10);

        Assert.Equal(table.Reference(origin, 10), answer.Best);
        Assert.Equal(500, answer.Rescored);
    }

    [Theory]
    [MemberData(nameof(Metrics))]
    public void Search_OneHugeComponent_EqualsTheReference(VectorMetric metric)
    {
        // The scale follows the largest component, so all the others quantise to zero: the worst case for the codes.
        var vectors = Given.Vectors(400, 48);
        foreach (var vector in vectors)
        {
            vector[7] = 1e6f;
        }

        using var table = new TestTable(metric, vectors);

        foreach (var query in Given.Vectors(5, 48, seed: 9).Append(vectors[17]))
        {
            Assert.Equal(table.Reference(query, 5), table.Search<VnniOrPortable>(query, 5).Best);
        }
    }

    [Fact]
    public void Search_AllRowsEqual_ReturnsEveryTie()
    {
        using var table = new TestTable(VectorMetric.Cosine, [.. Enumerable.Repeat(new[] { 1f, 2f }, 100)]);

        var answer = table.Search<VnniOrPortable>([2, 1], 3);

        Assert.Equal(Enumerable.Range(0, 100), answer.Best.Select(hit => hit.Slot));
    }

    [Fact]
    public void Search_DeadAndForbiddenRows_AreNotLookedAt()
    {
        using var table = new TestTable(VectorMetric.Cosine, Given.Vectors(1000, 16));
        var dead = SlotSet.Empty.With([.. Enumerable.Range(0, 1000).Where(slot => slot % 3 == 0)]);
        var allowed = SlotSet.Empty.With([.. Enumerable.Range(0, 900).Where(slot => slot % 7 == 1)]);
        var query = Given.Vectors(1, 16, seed: 5)[0];

        var answer = table.Search<VnniOrPortable>(query, 1000, dead, allowed);

        var expected = table.Reference(query, 1000).Where(hit => !dead.Contains(hit.Slot) && allowed.Contains(hit.Slot)).ToArray();
        Assert.Equal(expected, answer.Best);
        Assert.Equal(expected.Length, answer.Visited);
    }

    [Theory]
    [InlineData(33)]
    [InlineData(100)]
    [InlineData(1999)]
    [InlineData(6000)]
    public void Search_FewAllowedRows_EqualsTheReference(int step)
    {
        const int Count = 5000;
        using var table = new TestTable(VectorMetric.Euclidean, Given.Vectors(Count, 40));
        var allowed = SlotSet.Empty.With([.. Enumerable.Range(0, 2 * Count).Where(slot => slot % step == step - 1)]);
        var dead = SlotSet.Empty.With([.. Enumerable.Range(0, Count).Where(slot => slot % (3 * step) == step - 1)]);
        var query = Given.Vectors(1, 40, seed: 5)[0];

        var answer = table.Search<VnniOrPortable>(query, 7, dead, allowed);

        Assert.NotNull(allowed.Sparse);
        var expected = table.Reference(query, Count).Where(hit => !dead.Contains(hit.Slot) && allowed.Contains(hit.Slot)).ToArray();
        Assert.Equal(expected.Take(7), answer.Best);
        Assert.Equal(expected.Length, answer.Visited);
    }

    [Fact]
    public void Search_FewOfAMillionRowsOnTwoThreads_EqualsOne()
    {
        const int Count = 1_060_000;
        using var table = new TestTable(VectorMetric.Cosine, Given.Vectors(Count, 4));
        var allowed = SlotSet.Empty.With([.. Enumerable.Range(0, Count).Where(slot => slot % 32 == 5)]);
        var query = Given.Vectors(1, 4, seed: 5)[0];

        var two = table.Search<VnniOrPortable>(query, 10, allowed: allowed, threads: 2);

        Assert.NotNull(allowed.Sparse);
        Assert.Equal(table.Search<VnniOrPortable>(query, 10, allowed: allowed).Best, two.Best);
        Assert.Equal(Count / 32, two.Visited);
    }

    [Theory]
    [MemberData(nameof(Metrics))]
    public void Search_GatheredRows_EqualsTheSearchInPlace(VectorMetric metric)
    {
        const int Count = 5000;
        using var table = new TestTable(metric, Given.Vectors(Count, 70));
        int[] passing = [.. Enumerable.Range(0, Count).Where(slot => slot % 17 == 3)];
        var (inPlace, gathered) = (SlotSet.Empty.With(passing), SlotSet.Empty.With(passing));
        gathered.Gathered = GatheredRows.Copy(table.Table, gathered);
        var dead = SlotSet.Empty.With([.. passing.Where(slot => slot % 5 == 0)]);
        ScanQuery[] queries = [.. Given.Vectors(5, 70, seed: 4).Select((query, i) => new ScanQuery(metric, query, 1 + (4 * i)))];

        // The last rows belong to a write that this reader does not see yet.
        foreach (var slots in (int[])[Count, 3001, 2])
        {
            var expected = ExactSearch.Search(table.Table, slots, dead, inPlace, queries, 1, TestContext.Current.CancellationToken);
            var answers = ExactSearch.Search(table.Table, slots, dead, gathered, queries, 2, TestContext.Current.CancellationToken);

            Assert.All(expected.Zip(answers), pair =>
            {
                Assert.Equal(pair.First.Best, pair.Second.Best);
                Assert.Equal(pair.First.Visited, pair.Second.Visited);
            });
        }
    }

    [Fact]
    public void Search_CancelledOnSeveralThreads_StopsAsOnOne()
    {
        const int Count = 40_000;
        using var table = new TestTable(VectorMetric.Cosine, Given.Vectors(Count, 8));
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();

        Assert.Throws<OperationCanceledException>(() => ExactSearch.Search(
            table.Table, Count, SlotSet.Empty, null, [new ScanQuery(VectorMetric.Cosine, new float[] { 1, 0, 0, 0, 0, 0, 0, 0 }, 1)], 2, cancelled.Token));
    }

    [Fact]
    public void Search_TwoThreadsAndManyQueries_EqualsOneByOne()
    {
        const int Count = 40_000;
        using var table = new TestTable(VectorMetric.Cosine, Given.Vectors(Count, 24));
        ScanQuery[] queries = [.. Given.Vectors(7, 24, seed: 4).Select((query, i) => new ScanQuery(VectorMetric.Cosine, query, i + 1))];

        var together = ExactSearch.Search(table.Table, Count, SlotSet.Empty, null, queries, 2, TestContext.Current.CancellationToken);

        Assert.All(queries.Zip(together), pair =>
        {
            Assert.Equal(table.Search<PortableKernel>(pair.First.Vector.ToArray(), pair.First.Limit).Best, pair.Second.Best);
            Assert.Equal(Count, pair.Second.Visited);
        });
    }

    [Fact]
    public void Search_Cancelled_Stops()
    {
        using var table = new TestTable(VectorMetric.Cosine, Given.Vectors(100, 8));
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();

        Assert.Throws<OperationCanceledException>(() => ExactSearch.Search(
            table.Table, 100, SlotSet.Empty, null, [new ScanQuery(VectorMetric.Cosine, new float[] { 1, 0, 0, 0, 0, 0, 0, 0 }, 1)], 1, cancelled.Token));
    }

    private static Gen<float[]> Vector(Gen<float> component, int dimension) =>
        component.Array[dimension].Where(vector => VectorMath.Norm(vector) is >= 1e-18f and <= 1e18f);

    private static void AssertSame<TKernel>(TestTable table, float[] query, ExactAnswer expected)
        where TKernel : struct, ICodeKernel
    {
        if (TKernel.IsSupported)
        {
            var answer = table.Search<TKernel>(query, 10);
            Assert.Equal(expected.Best, answer.Best);
            Assert.Equal((expected.Visited, expected.Rescored), (answer.Visited, answer.Rescored));
        }
    }

    /// <summary>The fastest kernel that this processor has, as the service picks it.</summary>
    private readonly unsafe struct VnniOrPortable : ICodeKernel
    {
        public static bool IsSupported => true;

        public static void Dots(byte** rows, int count, int length, sbyte* query, int* dots, byte** ahead)
        {
            if (VnniKernel.IsSupported)
            {
                VnniKernel.Dots(rows, count, length, query, dots, ahead);
            }
            else
            {
                PortableKernel.Dots(rows, count, length, query, dots, ahead);
            }
        }

        public static void Dots(byte** rows, int count, int length, sbyte* first, sbyte* second, int* firstDots, int* secondDots)
        {
            Dots(rows, count, length, first, firstDots, null);
            Dots(rows, count, length, second, secondDots, null);
        }
    }
}
