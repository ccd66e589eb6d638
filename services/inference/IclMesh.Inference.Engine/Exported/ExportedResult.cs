using IclMesh.Inference.Core;

namespace IclMesh.Inference.Engine.Exported;

/// <summary>Logits copied out of a run that returned those of every token.</summary>
internal sealed class ExportedResult(float[][] logits) : ForwardResult
{
    /// <inheritdoc/>
    public override ReadOnlySpan<float> Logits(int index) => logits[index];

    /// <inheritdoc/>
    public override ReadOnlySpan<float> Hidden(int layer, int index) => throw new NotSupportedException("an exported graph returns no hidden states");

    /// <inheritdoc/>
    public override ReadOnlySpan<float> Attention(int layer, int head, int index) => throw new NotSupportedException("an exported graph returns no attention");

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
    }
}
