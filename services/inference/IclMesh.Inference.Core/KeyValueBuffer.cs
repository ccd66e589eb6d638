namespace IclMesh.Inference.Core;

/// <summary>Keys (after rotation) and values of one sequence, contiguous per layer and head. Used by one run at a time.</summary>
public abstract class KeyValueBuffer : IDisposable
{
    /// <summary>Tokens that fit.</summary>
    public abstract int Capacity { get; }

    /// <summary>Keys of one layer and key-value head, [capacity, head size].</summary>
    public abstract Span<float> Keys(int layer, int head);

    /// <summary>Values of one layer and key-value head, [capacity, head size].</summary>
    public abstract Span<float> Values(int layer, int head);

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees the memory.</summary>
    protected abstract void Dispose(bool disposing);
}
