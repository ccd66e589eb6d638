namespace IclMesh.Retrieval.Core.Selection;

/// <summary>Vote-k: candidates vote for their nearest neighbours, and a vote counts less the more of its caster's neighbours are chosen already.</summary>
/// <remarks>
/// Source: H. Su et al., "Selective annotation makes language models better few-shot learners", 2023, with ρ = 10. With confidences the first tenth
/// is chosen by votes; the rest of the pool is then sorted by confidence, the tenth that the model is surest of is left out, and each further
/// choice is the one with most votes of its bucket, from unsure to sure.
/// </remarks>
internal sealed class VoteKStrategy : ISelectionStrategy
{
    private const int Discount = 10;

    // Votes are whole numbers, so that adding and taking away leaves no rounding behind and ties are ties. A vote that was discounted more than
    // twelve times, a millionth of a millionth, counts nothing.
    private const long WholeVote = 1_000_000_000_000;
    private const double OutsideBucket = 1e9;

    private readonly CandidatePool pool;
    private readonly VoteGraph graph;
    private readonly long[] weights;
    private readonly bool[] chosen;
    private readonly IReadOnlyDictionary<string, double> confidences;
    private readonly int firstStage;
    private readonly int count;
    private int taken;
    private int[]? buckets;

    /// <summary>Builds the graph.</summary>
    /// <param name="pool">The candidates.</param>
    /// <param name="neighbours">Neighbours that each candidate votes for.</param>
    /// <param name="count">How many will be chosen.</param>
    /// <param name="confidences">Confidence by id; empty leaves the second stage out.</param>
    public VoteKStrategy(CandidatePool pool, int neighbours, int count, IReadOnlyDictionary<string, double> confidences)
    {
        this.pool = pool;
        this.count = count;
        this.confidences = confidences;
        firstStage = confidences.Count == 0 ? int.MaxValue : Math.Max(1, count / 10);
        graph = new(pool, neighbours, WholeVote);
        weights = [.. Enumerable.Repeat(WholeVote, pool.Count)];
        chosen = new bool[pool.Count];
    }

    /// <inheritdoc/>
    public double Gain(int candidate)
    {
        var score = graph.Votes(candidate) / (double)WholeVote;
        return buckets is null ? score : score - (OutsideBucket * Math.Abs(buckets[candidate] - (taken - firstStage)));
    }

    /// <inheritdoc/>
    public void Take(int candidate)
    {
        chosen[candidate] = true;
        Weigh(candidate, 0);
        for (var voter = 0; voter < weights.Length; voter++)
        {
            if (graph.IsVoter(voter, candidate))
            {
                Weigh(voter, weights[voter] / Discount);
            }
        }

        if (++taken == firstStage)
        {
            buckets = Buckets();
        }
    }

    /// <inheritdoc/>
    public string Explain(int candidate) => buckets is null
        ? $"vote-k: {Gain(candidate):0.###} votes of {graph.VoterCount(candidate)} neighbours"
        : $"vote-k: most votes of confidence bucket {buckets[candidate] + 1}";

    private void Weigh(int voter, long weight)
    {
        graph.Change(voter, weight - weights[voter]);
        weights[voter] = weight;
    }

    private int[] Buckets()
    {
        var sorted = Enumerable.Range(0, pool.Count)
            .Where(i => !chosen[i] && confidences.ContainsKey(pool.Candidates[i].Demonstration.Id))
            .OrderBy(i => confidences[pool.Candidates[i].Demonstration.Id])
            .ToArray();
        var kept = sorted.Length - (sorted.Length / 10);
        var wanted = Math.Max(1, count - firstStage);
        var result = Enumerable.Repeat(2 * wanted, pool.Count).ToArray();
        for (var place = 0; place < sorted.Length; place++)
        {
            result[sorted[place]] = place < kept ? (int)((long)place * wanted / kept) : wanted;
        }

        return result;
    }
}
