namespace IclMesh.Inference.Core;

/// <summary>What a run returned, in the order of the rows asked for. Spans are valid until disposed.</summary>
public abstract class ForwardResult : IDisposable
{
    /// <summary>Logits of the i-th of <see cref="ForwardPass.LogitRows"/>, [vocabulary].</summary>
    public abstract ReadOnlySpan<float> Logits(int index);

    /// <summary>Residual stream of the i-th of <see cref="ForwardPass.HiddenRows"/>, [hidden].</summary>
    /// <param name="layer">0 the embedding, i the output of layer i, L the output of the last layer after the final norm.</param>
    /// <param name="index">Which of the rows.</param>
    public abstract ReadOnlySpan<float> Hidden(int layer, int index);

    /// <summary>Attention probabilities of the i-th of <see cref="ForwardPass.AttentionRows"/>, [total tokens of the run].</summary>
    /// <param name="layer">Layer from 0.</param>
    /// <param name="head">Query head from 0.</param>
    /// <param name="index">Which of the rows.</param>
    public abstract ReadOnlySpan<float> Attention(int layer, int head, int index);

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees what the run allocated.</summary>
    protected abstract void Dispose(bool disposing);
}
