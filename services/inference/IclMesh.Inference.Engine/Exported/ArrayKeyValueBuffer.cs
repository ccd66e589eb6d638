using IclMesh.Inference.Core;
using IclMesh.Inference.ModelFiles.Configuration;

namespace IclMesh.Inference.Engine.Exported;

/// <summary>Keys and values in arrays, for graphs that take and return copies.</summary>
internal sealed class ArrayKeyValueBuffer(ModelConfiguration configuration, int capacity) : KeyValueBuffer
{
    private readonly int headLength = capacity * configuration.HeadSize;
    private readonly float[][] keys = Allocate(configuration, capacity);
    private readonly float[][] values = Allocate(configuration, capacity);

    /// <inheritdoc/>
    public override int Capacity => capacity;

    /// <inheritdoc/>
    public override Span<float> Keys(int layer, int head) => keys[layer].AsSpan(head * headLength, headLength);

    /// <inheritdoc/>
    public override Span<float> Values(int layer, int head) => values[layer].AsSpan(head * headLength, headLength);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
    }

    private static float[][] Allocate(ModelConfiguration configuration, int capacity) =>
        [.. Enumerable.Range(0, configuration.Layers).Select(_ => new float[capacity * configuration.KeyValueHeads * configuration.HeadSize])];
}
