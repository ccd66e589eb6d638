using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.Intrinsics;

namespace IclMesh.Retrieval.Core.Selection;

/// <summary>Who votes for whom: each candidate for its nearest neighbours, with the weight that it has at the time.</summary>
/// <remarks>
/// Where a candidate votes for most of the others, as with 150 neighbours among 200, it is shorter to list those that it does not vote for: then the
/// votes of a candidate are the sum of all weights less those of the candidates that pass it over.
/// </remarks>
internal sealed class VoteGraph
{
    private readonly CandidatePool pool;
    private readonly bool passedOver;
    private readonly int listed;
    private readonly int[] lists;
    private readonly bool[] isListed;
    private readonly int[] timesListed;
    private readonly long[] sums;
    private long total;

    /// <summary>Builds the graph.</summary>
    /// <param name="pool">The candidates.</param>
    /// <param name="neighbours">Neighbours that each candidate votes for, 1 or more; all others where there are fewer.</param>
    /// <param name="weight">Weight of every vote at first.</param>
    public VoteGraph(CandidatePool pool, int neighbours, long weight)
    {
        this.pool = pool;
        var wanted = Math.Min(neighbours, Math.Max(0, pool.Count - 1));
        passedOver = wanted > pool.Count / 2;

        // Nobody votes for itself.
        listed = passedOver ? pool.Count - wanted : wanted;
        lists = new int[pool.Count * listed];
        isListed = new bool[pool.Count * pool.Count];
        timesListed = new int[pool.Count];
        sums = new long[pool.Count];
        pool.ComputeCosines();
        var scratch = new float[pool.Count];
        for (var voter = 0; voter < pool.Count; voter++)
        {
            List(voter, wanted, scratch);
        }

        for (var voter = 0; voter < pool.Count; voter++)
        {
            Change(voter, weight);
        }
    }

    /// <summary>Weight of the votes for a candidate.</summary>
    /// <param name="candidate">The candidate.</param>
    public long Votes(int candidate) => passedOver ? total - sums[candidate] : sums[candidate];

    /// <summary>Candidates that vote for this one, whatever their weight.</summary>
    /// <param name="candidate">The candidate.</param>
    public int VoterCount(int candidate) => passedOver ? pool.Count - timesListed[candidate] : timesListed[candidate];

    /// <summary>True where one candidate votes for another.</summary>
    /// <param name="voter">The one.</param>
    /// <param name="candidate">The other.</param>
    public bool IsVoter(int voter, int candidate) => isListed[(voter * pool.Count) + candidate] != passedOver;

    /// <summary>Changes the weight of a candidate's votes.</summary>
    /// <param name="voter">The candidate.</param>
    /// <param name="difference">New weight less the old one.</param>
    public void Change(int voter, long difference)
    {
        total += difference;
        foreach (var candidate in lists.AsSpan(voter * listed, listed))
        {
            sums[candidate] += difference;
        }
    }

    /// <summary>Finds a candidate's neighbours; of those that tie for the last place the first ones of the pool, which are the more relevant ones.</summary>
    private void List(int voter, int wanted, float[] scratch)
    {
        pool.Cosines(voter).CopyTo(scratch, 0);

        // Its own place must not win, and the least of the others keeps the numbers close together while they are searched.
        scratch[voter] = TensorPrimitives.Min<float>(scratch);
        var least = wanted == 0 ? float.PositiveInfinity : OrderStatistic.Greatest(scratch, wanted);
        scratch[voter] = float.NegativeInfinity;

        // Where only as many as are wanted reach the least one, which is nearly always, a comparison of whole vectors tells them all.
        var ties = wanted - Count(scratch, least, orEqual: false);
        var reach = Count(scratch, least, orEqual: true);

        var place = voter * listed;
        var candidate = 0;
        for (; reach == wanted && candidate + Vector256<float>.Count <= scratch.Length; candidate += Vector256<float>.Count)
        {
            var neighbours = Vector256.GreaterThanOrEqual(Vector256.Create(scratch.AsSpan(candidate)), Vector256.Create(least)).ExtractMostSignificantBits();
            for (var enter = passedOver ? ~neighbours & 0xff : neighbours; enter != 0; enter &= enter - 1)
            {
                Enter(voter, candidate + BitOperations.TrailingZeroCount(enter), place++);
            }
        }

        for (; candidate < scratch.Length; candidate++)
        {
            var isNeighbour = scratch[candidate] > least || (scratch[candidate] == least && ties-- > 0);
            if (isNeighbour != passedOver)
            {
                Enter(voter, candidate, place++);
            }
        }
    }

    private static int Count(ReadOnlySpan<float> values, float least, bool orEqual)
    {
        var bound = new Vector<float>(least);
        var counts = Vector<int>.Zero;
        var i = 0;
        for (; i + Vector<float>.Count <= values.Length; i += Vector<float>.Count)
        {
            var some = new Vector<float>(values[i..]);
            counts -= orEqual ? Vector.GreaterThanOrEqual(some, bound) : Vector.GreaterThan(some, bound);
        }

        var count = Vector.Sum(counts);
        for (; i < values.Length; i++)
        {
            count += values[i] > least || (orEqual && values[i] == least) ? 1 : 0;
        }

        return count;
    }

    private void Enter(int voter, int candidate, int place)
    {
        lists[place] = candidate;
        isListed[(voter * pool.Count) + candidate] = true;
        timesListed[candidate]++;
    }
}
