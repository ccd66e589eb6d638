namespace IclMesh.Inference.ModelFiles.Tensors;

/// <summary>The weights of a model whose exported graph holds them.</summary>
internal sealed class NoTensors : ITensorSource
{
    /// <inheritdoc/>
    public IReadOnlyDictionary<string, TensorInfo> Tensors { get; } = new Dictionary<string, TensorInfo>();

    /// <inheritdoc/>
    public void Read(string name, Span<float> destination) => throw new KeyNotFoundException(name);

    /// <inheritdoc/>
    public void ReadRaw(string name, long offset, Span<byte> destination) => throw new KeyNotFoundException(name);

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
