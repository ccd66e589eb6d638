using System.Numerics.Tensors;

namespace IclMesh.Inference.Core.Generation;

/// <summary>Chooses tokens from logits.</summary>
/// <param name="settings">How.</param>
internal sealed class TokenSampler(SamplingSettings settings)
{
    private readonly Random random = new(settings.Seed);

    /// <summary>Chooses the next token.</summary>
    /// <param name="logits">Logits, [vocabulary].</param>
    /// <param name="seen">Tokens of prompt and answer so far.</param>
    /// <param name="allowed">The only tokens that may be chosen; null for all.</param>
    public int Choose(ReadOnlySpan<float> logits, IReadOnlySet<int> seen, IReadOnlyCollection<int>? allowed)
    {
        var scores = logits.ToArray();
        Penalize(scores, seen);
        if (allowed is not null)
        {
            Restrict(scores, allowed);
        }

        return settings.Temperature == 0 ? TensorPrimitives.IndexOfMax<float>(scores) : Sample(scores);
    }

    private void Penalize(float[] scores, IReadOnlySet<int> seen)
    {
        if (settings.RepetitionPenalty == 1)
        {
            return;
        }

        foreach (var token in seen)
        {
            scores[token] = scores[token] > 0 ? scores[token] / settings.RepetitionPenalty : scores[token] * settings.RepetitionPenalty;
        }
    }

    private static void Restrict(float[] scores, IReadOnlyCollection<int> allowed)
    {
        var kept = allowed.Select(token => (token, scores[token])).ToArray();
        Array.Fill(scores, float.NegativeInfinity);
        foreach (var (token, score) in kept)
        {
            scores[token] = score;
        }
    }

    private int Sample(float[] scores)
    {
        // From the most probable down; ties in the order of ids, so that a seed means one text.
        var order = Enumerable.Range(0, scores.Length)
            .Where(token => float.IsFinite(scores[token]))
            .OrderByDescending(token => scores[token])
            .ThenBy(token => token)
            .Take(settings.TopK > 0 ? settings.TopK : int.MaxValue)
            .ToArray();
        var best = scores[order[0]];
        var weights = Array.ConvertAll(order, token => Math.Exp((scores[token] - best) / (double)settings.Temperature));
        var kept = Kept(weights);
        var total = weights.Take(kept).Sum();
        var point = random.NextDouble() * total;
        for (var index = 0; index < kept; index++)
        {
            point -= weights[index];
            if (point < 0)
            {
                return order[index];
            }
        }

        return order[kept - 1];
    }

    /// <summary>Number of leading tokens that top-p and min-p keep; at least one.</summary>
    private int Kept(double[] weights)
    {
        var total = weights.Sum();
        var (kept, sum) = (0, 0.0);
        while (kept < weights.Length && (kept == 0 || sum < settings.TopP * total) && (kept == 0 || weights[kept] >= settings.MinP * weights[0]))
        {
            sum += weights[kept++];
        }

        return kept;
    }
}
