using IclMesh.Inference.Core.Scheduling;
using IclMesh.Inference.ModelFiles.Configuration;

namespace IclMesh.Inference.Core.Scoring;

/// <summary>Scores several prompts in one pass: their common prefix runs once, their tails and continuations run side by side.</summary>
internal static class PackedScorer
{
    /// <summary>Runs a batch.</summary>
    /// <param name="sequence">Buffer to run in.</param>
    /// <param name="configuration">Sizes of the model.</param>
    /// <param name="batch">At least two prompts with a common prefix.</param>
    /// <param name="cancellationToken">Set when all callers have left.</param>
    public static IReadOnlyList<ContextScores> Score(
        DecoderSequence sequence, ModelConfiguration configuration, IReadOnlyList<ScoreJob> batch, CancellationToken cancellationToken)
    {
        var common = PackPlan.Common(batch);
        var packs = Lay(batch, common, out var pass);
        var prefix = batch[0].Prompt.Tokens.AsMemory(0, common);
        var cached = sequence.Begin(prefix.Span, common, pass.Total);
        if (sequence.Length < common)
        {
            sequence.Prefill(prefix, captureAttention: false, captureHidden: false, cancellationToken).Dispose();
        }

        sequence.Remember();
        using var result = sequence.Probe(pass, cancellationToken);
        return [.. packs.Select((pack, index) => Read(result, configuration, pack, common, index == 0 ? cached : common))];
    }

    private static List<Pack> Lay(IReadOnlyList<ScoreJob> batch, int common, out ForwardPass pass)
    {
        var (tokens, parents, rows, attention, packs) = (new List<int>(), new List<int>(), new List<int>(), new List<int>(), new List<Pack>());
        foreach (var job in batch)
        {
            var start = tokens.Count;
            foreach (var token in job.Prompt.Tokens.AsSpan(common))
            {
                parents.Add(tokens.Count == start ? -1 : tokens.Count - 1);
                tokens.Add(token);
            }

            var trie = new TokenTrie(job.Prompt.Choices);
            var last = tokens.Count - 1;
            packs.Add(new(job, trie, start, FirstRow: rows.Count, AttentionRow: attention.Count));
            rows.Add(last);
            attention.AddRange(job.Poolings.Count > 0 ? [last] : []);
            for (var node = 0; node < trie.Tokens.Count; node++)
            {
                parents.Add(trie.Parents[node] < 0 ? last : last + 1 + trie.Parents[node]);
                rows.Add(tokens.Count);
                tokens.Add(trie.Tokens[node]);
            }
        }

        pass = new() { Tokens = tokens.ToArray(), Past = common, Parents = parents, LogitRows = rows, AttentionRows = attention };
        return packs;
    }

    private static ContextScores Read(ForwardResult result, ModelConfiguration configuration, Pack pack, int common, int cached)
    {
        var prompt = pack.Job.Prompt;
        var scores = prompt.Choices.Select(choice => new ScoredToken[choice.Length]).ToArray();
        var mass = ContextScorer.Fill(result.Logits(pack.FirstRow), prompt.Choices, pack.Trie, node: -1, scores);
        for (var node = 0; node < pack.Trie.Tokens.Count; node++)
        {
            ContextScorer.Fill(result.Logits(pack.FirstRow + 1 + node), prompt.Choices, pack.Trie, node, scores);
        }

        // In the pass the prompt's own tail does not follow the prefix directly: others may lie between.
        var row = new float[prompt.Tokens.Length];
        var pooler = new AttentionPooler(prompt.Spans);
        float[][] attention = [.. pack.Job.Poolings.Select(pooling => pooler.Pool(
            (layer, head) =>
            {
                var packed = result.Attention(layer, head, pack.AttentionRow);
                packed[..common].CopyTo(row);
                packed.Slice(common + pack.Start, row.Length - common).CopyTo(row.AsSpan(common));
                return row;
            },
            configuration,
            pooling))];
        return new(scores, mass, attention, cached);
    }

    private sealed record Pack(ScoreJob Job, TokenTrie Trie, int Start, int FirstRow, int AttentionRow);
}
