using System.Collections.ObjectModel;

namespace IclMesh.Inference.ModelFiles.Tensors;

/// <summary>The named tensors of one model, memory-mapped; nothing is read before it is asked for.</summary>
public interface ITensorSource : IDisposable
{
    /// <summary>Every tensor by its name in the file.</summary>
    IReadOnlyDictionary<string, TensorInfo> Tensors { get; }

    /// <summary>Storage type of each tensor whose elements are not read (integers, masks, 8-bit floats), by its name in the file.</summary>
    IReadOnlyDictionary<string, string> Unread => ReadOnlyDictionary<string, string>.Empty;

    /// <summary>The name of a tensor as the file spells it, for errors.</summary>
    /// <param name="name">Its name here, whether it exists or not.</param>
    string Spell(string name) => name;

    /// <summary>Reads a tensor as fp32, de-quantised where it is stored in blocks, in the file's own row order.</summary>
    /// <param name="name">Name of the tensor.</param>
    /// <param name="destination">Receives <see cref="TensorInfo.Count"/> elements, row-major.</param>
    /// <exception cref="MeshException"><see cref="ErrorKind.DataLoss"/>, naming tensor and offset, where the file ends too early.</exception>
    void Read(string name, Span<float> destination);

    /// <summary>Copies stored bytes of a tensor.</summary>
    /// <param name="name">Name of the tensor.</param>
    /// <param name="offset">First byte, counted from the tensor's own.</param>
    /// <param name="destination">Receives bytes; must end within the tensor.</param>
    /// <exception cref="MeshException"><see cref="ErrorKind.DataLoss"/> where the file has changed since it was opened.</exception>
    void ReadRaw(string name, long offset, Span<byte> destination);
}
