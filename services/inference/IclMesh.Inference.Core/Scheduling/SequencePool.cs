using IclMesh.Inference.Core.Caching;

namespace IclMesh.Inference.Core.Scheduling;

/// <summary>The idle sequences of a model; the one that holds most of a prompt already is handed out first.</summary>
internal sealed class SequencePool(ITransformerModel model, PrefixCache cache) : IDisposable
{
    private readonly Lock gate = new();
    private readonly List<DecoderSequence> idle = [];

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
        }
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
