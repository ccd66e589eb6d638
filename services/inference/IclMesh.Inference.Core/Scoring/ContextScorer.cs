using System.Numerics.Tensors;
using IclMesh.Inference.Core.Numerics;
using IclMesh.Inference.Core.Prompting;
using IclMesh.Inference.Core.Scheduling;
using IclMesh.Inference.ModelFiles.Configuration;

namespace IclMesh.Inference.Core.Scoring;

/// <summary>Scores all continuations of one context: the context runs once, continuations of several tokens run as one packed tail.</summary>
internal static class ContextScorer
{
    /// <summary>Tokens of one packed run whose logits are all needed: 128 rows of a 49,152-word vocabulary take 25 MB.</summary>
    private const int TailRows = 128;

    /// <summary>Runs a prompt and scores its continuations.</summary>
    /// <param name="sequence">Buffer to run in.</param>
    /// <param name="configuration">Sizes of the model.</param>
    /// <param name="prompt">Context and continuations.</param>
    /// <param name="poolings">Attention to return.</param>
    /// <param name="cancellationToken">Checked between chunks and inside them.</param>
    public static ContextScores Score(
        DecoderSequence sequence,
        ModelConfiguration configuration,
        Prompt prompt,
        IReadOnlyList<AttentionPooling> poolings,
        CancellationToken cancellationToken)
    {
        var trie = new TokenTrie(prompt.Choices);
        var context = prompt.Tokens;
        var cached = sequence.Begin(context, context.Length - 1, context.Length + trie.Tokens.Count);
        var scores = prompt.Choices.Select(choice => new ScoredToken[choice.Length]).ToArray();
        using (var result = sequence.Prefill(context, poolings.Count > 0, captureHidden: false, cancellationToken))
        {
            var mass = Fill(result.Logits(0), prompt.Choices, trie, node: -1, scores);
            var pooler = new AttentionPooler(prompt.Spans);
            float[][] attention =
                [.. poolings.Select(pooling => pooler.Pool((layer, head) => result.Attention(layer, head, 0), configuration, pooling))];
            result.Dispose();
            sequence.Remember();
            ScoreTail(sequence, context.Length, prompt.Choices, trie, scores, cancellationToken);
            return new(scores, mass, attention, cached);
        }
    }

    private static void ScoreTail(
        DecoderSequence sequence,
        int past,
        IReadOnlyList<int[]> choices,
        TokenTrie trie,
        ScoredToken[][] scores,
        CancellationToken cancellationToken)
    {
        foreach (var part in Parts(trie))
        {
            int[] rows = [.. Enumerable.Range(0, part.Count)];
            var places = part.Select((node, row) => (node, row)).ToDictionary(pair => pair.node, pair => pair.row);
            var pass = new ForwardPass
            {
                Tokens = part.Select(node => trie.Tokens[node]).ToArray(),
                Past = past,
                Parents = [.. part.Select(node => trie.Parents[node] < 0 ? -1 : places[trie.Parents[node]])],
                LogitRows = rows,
            };
            using var result = sequence.Probe(pass, cancellationToken);
            foreach (var row in rows)
            {
                Fill(result.Logits(row), choices, trie, part[row], scores);
            }
        }
    }

    /// <summary>Nodes of one run after the other; a continuation's nodes stay together, so a few may run twice.</summary>
    private static IEnumerable<List<int>> Parts(TokenTrie trie)
    {
        var part = new SortedSet<int>();
        foreach (var path in trie.Paths.Select(path => path[1..]))
        {
            if (part.Count > 0 && part.Union(path).Count() > TailRows)
            {
                yield return [.. part];
                part = [];
            }

            part.UnionWith(path);
        }

        if (part.Count > 0)
        {
            yield return [.. part];
        }
    }

    /// <summary>Scores every token that these logits predict and returns the probability of the distinct ones.</summary>
    public static double Fill(
        ReadOnlySpan<float> logits, IReadOnlyList<int[]> choices, TokenTrie trie, int node, ScoredToken[][] scores)
    {
        var normalizer = LogSoftmax.Normalizer(logits);
        var best = TensorPrimitives.IndexOfMax(logits);
        var seen = new HashSet<int>();
        var mass = 0.0;
        for (var choice = 0; choice < choices.Count; choice++)
        {
            for (var place = 0; place < choices[choice].Length; place++)
            {
                if (trie.Paths[choice][place] != node)
                {
                    continue;
                }

                var token = choices[choice][place];
                var logProbability = logits[token] - normalizer;
                scores[choice][place] = new(token, logProbability, token == best);
                mass += seen.Add(token) ? Math.Exp(logProbability) : 0;
            }
        }

        return mass;
    }
}
