using Microsoft.ML.OnnxRuntime;

namespace IclMesh.Inference.Engine.Sessions;

/// <summary>The inputs of one run, pinned while it lasts.</summary>
internal sealed class RunInputs(OnnxKeyValueBuffer buffer) : IDisposable
{
    private readonly List<OrtValue> values = [];

    /// <summary>Binds an input to memory that stays where it is until this object is disposed.</summary>
    public void Add<T>(string name, Memory<T> data, long[] shape)
        where T : unmanaged
    {
        var value = OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, data, shape);
        values.Add(value);
        buffer.Binding.BindInput(name, value);
    }

    /// <summary>Binds an input to an array.</summary>
    public void Add<T>(string name, T[] data, long[] shape)
        where T : unmanaged => Add(name, data.AsMemory(), shape);

    /// <summary>Binds an output: keys and values to the buffer that they came from, anything else to new memory.</summary>
    public void Output(string name)
    {
        if (name.StartsWith("present_key.", StringComparison.Ordinal))
        {
            buffer.Binding.BindOutput(name, buffer.Key(Layer(name)));
        }
        else if (name.StartsWith("present_value.", StringComparison.Ordinal))
        {
            buffer.Binding.BindOutput(name, buffer.Value(Layer(name)));
        }
        else
        {
            buffer.Binding.BindOutputToDevice(name, OrtMemoryInfo.DefaultInstance);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var value in values)
        {
            value.Dispose();
        }
    }

    private static int Layer(string name) => int.Parse(name.AsSpan(name.IndexOf('.', StringComparison.Ordinal) + 1));
}
