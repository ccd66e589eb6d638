using IclMesh.Inference.Core.Caching;

namespace IclMesh.Inference.Core.Scheduling;

/// <summary>The idle sequences of a model; the one that holds most of a prompt already is handed out first.</summary>
/// <param name="model">The model.</param>
/// <param name="cache">Its prefix cache.</param>
/// <param name="most">Sequences that are kept while idle; the memory of further ones is freed when they are given back.</param>
internal sealed class SequencePool(ITransformerModel model, PrefixCache cache, int most) : IDisposable
{
    private readonly Lock gate = new();
    private readonly List<DecoderSequence> idle = [];

    /// <summary>Sequences that are kept now.</summary>
    public int Idle
    {
        get
        {
            lock (gate)
            {
                return idle.Count;
            }
        }
    }

    /// <summary>Takes a sequence, a new one where all are in use.</summary>
    public DecoderSequence Rent(ReadOnlySpan<int> tokens)
    {
        lock (gate)
        {
            DecoderSequence? best = null;
            var overlap = -1;
            foreach (var sequence in idle)
            {
                if (sequence.Overlap(tokens) is var candidate && candidate > overlap)
                {
                    (best, overlap) = (sequence, candidate);
                }
            }

            if (best is not null)
            {
                idle.Remove(best);
                return best;
            }
        }

        return new(model, cache);
    }

    /// <summary>Gives a sequence back.</summary>
    public void Return(DecoderSequence sequence)
    {
        lock (gate)
        {
            idle.Add(sequence);
            if (idle.Count <= most)
            {
                return;
            }

            // The one that was given back longest ago is the least likely to be continued.
            sequence = idle[0];
            idle.RemoveAt(0);
        }

        sequence.Dispose();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (gate)
        {
            idle.ForEach(sequence => sequence.Dispose());
            idle.Clear();
        }
    }
}
