using IclMesh.Inference.Core;
using IclMesh.Inference.Engine.Graphs;
using IclMesh.Inference.ModelFiles.Configuration;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace IclMesh.Inference.Engine.Sessions;

/// <summary>Key-value memory bound as input and output of the same run, so that nothing is copied from run to run.</summary>
internal sealed class OnnxKeyValueBuffer : KeyValueBuffer
{
    private readonly OrtValue[] keys;
    private readonly OrtValue[] values;
    private readonly int headLength;
    private float[] zeros = [];

    public OnnxKeyValueBuffer(InferenceSession session, ModelConfiguration configuration, int capacity)
    {
        Capacity = capacity;
        headLength = capacity * configuration.HeadSize;
        Binding = session.CreateIoBinding();
        long[] shape = [1, configuration.KeyValueHeads, capacity, configuration.HeadSize];
        keys = new OrtValue[configuration.Layers];
        values = new OrtValue[configuration.Layers];
        for (var layer = 0; layer < configuration.Layers; layer++)
        {
            keys[layer] = Allocate(shape);
            values[layer] = Allocate(shape);
            Binding.BindInput(GraphNames.PastKey(layer), keys[layer]);
            Binding.BindInput(GraphNames.PastValue(layer), values[layer]);
        }
    }

    /// <inheritdoc/>
    public override int Capacity { get; }

    /// <summary>Inputs and outputs of this buffer's runs.</summary>
    public OrtIoBinding Binding { get; }

    /// <inheritdoc/>
    public override Span<float> Keys(int layer, int head) => Head(keys[layer], head);

    /// <inheritdoc/>
    public override Span<float> Values(int layer, int head) => Head(values[layer], head);

    /// <summary>The value that holds a layer's keys.</summary>
    public OrtValue Key(int layer) => keys[layer];

    /// <summary>The value that holds a layer's values.</summary>
    public OrtValue Value(int layer) => values[layer];

    /// <summary>An array of at least <paramref name="count"/> zeros; nobody writes to it.</summary>
    public Memory<float> Zeros(int count)
    {
        if (zeros.Length < count)
        {
            zeros = new float[count];
        }

        return zeros.AsMemory(0, count);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            Binding.Dispose();
            foreach (var value in keys.Concat(values))
            {
                value.Dispose();
            }
        }
    }

    private static OrtValue Allocate(long[] shape)
    {
        var value = OrtValue.CreateAllocatedTensorValue(OrtAllocator.DefaultInstance, TensorElementType.Float, shape);

        // What lies behind the last token is read and masked away: it must be finite.
        value.GetTensorMutableDataAsSpan<float>().Clear();
        return value;
    }

    private Span<float> Head(OrtValue value, int head) =>
        value.GetTensorMutableDataAsSpan<float>().Slice(head * headLength, headLength);
}
