using System.Numerics.Tensors;
using IclMesh.Inference.Text.Settings;

namespace IclMesh.Inference.ModelFiles.Tensors;

/// <summary>The tensors of a model, refused where they hold NaN or infinity: those would spread to every result.</summary>
/// <param name="inner">The tensors.</param>
/// <param name="path">Where they came from, for errors.</param>
internal sealed class CheckedTensors(ITensorSource inner, string path) : ITensorSource
{
    public IReadOnlyDictionary<string, TensorInfo> Tensors => inner.Tensors;

    public void Read(string name, Span<float> destination)
    {
        inner.Read(name, destination);
        if (!TensorPrimitives.IsFiniteAll<float>(destination))
        {
            var index = 0;
            while (float.IsFinite(destination[index]))
            {
                index++;
            }

            throw FileFaults.Corrupt(path, $"tensor '{inner.Spell(name)}' holds {destination[index]} at element {index}; weights must be finite in fp32");
        }
    }

    public void ReadRaw(string name, long offset, Span<byte> destination) => inner.ReadRaw(name, offset, destination);

    /// <summary>Closes nothing: whoever opened the tensors closes them.</summary>
    public void Dispose()
    {
    }
}
