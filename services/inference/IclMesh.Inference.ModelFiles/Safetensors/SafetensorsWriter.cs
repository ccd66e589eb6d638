using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace IclMesh.Inference.ModelFiles.Safetensors;

/// <summary>Writes a safetensors file tensor by tensor, without holding more than one of them.</summary>
/// <remarks>
/// Format: https://huggingface.co/docs/safetensors. The header comes first but is known last, so the data waits in a draft beside the
/// file; the finished file appears under its name at once or not at all.
/// </remarks>
public sealed class SafetensorsWriter : IDisposable
{
    /// <summary>The header is padded to a multiple of this, so that tensors can be mapped as what they are.</summary>
    private const int Alignment = 8;

    private readonly string path;
    private readonly string draft;
    private readonly FileStream data;
    private readonly JsonObject header = [];

    /// <summary>Starts a file.</summary>
    /// <param name="path">Where the finished file will be; one that exists is replaced.</param>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public SafetensorsWriter(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        this.path = path;
        draft = $"{path}.{Guid.NewGuid():N}.tmp";
        data = new(draft, FileMode.CreateNew, FileAccess.ReadWrite);
    }

    /// <summary>Adds an F32 tensor.</summary>
    /// <param name="name">Name, not used before.</param>
    /// <param name="shape">Length of each dimension, outermost first.</param>
    /// <param name="values">Elements, row-major.</param>
    /// <exception cref="ArgumentException">The name occurs twice, or shape and values disagree.</exception>
    public void Add(string name, ReadOnlySpan<long> shape, ReadOnlySpan<float> values) =>
        Add(name, "F32", shape, values.Length, MemoryMarshal.AsBytes(values));

    /// <summary>Adds an I64 tensor.</summary>
    /// <param name="name">Name, not used before.</param>
    /// <param name="shape">Length of each dimension, outermost first.</param>
    /// <param name="values">Elements, row-major.</param>
    /// <exception cref="ArgumentException">The name occurs twice, or shape and values disagree.</exception>
    public void Add(string name, ReadOnlySpan<long> shape, ReadOnlySpan<long> values) =>
        Add(name, "I64", shape, values.Length, MemoryMarshal.AsBytes(values));

    /// <summary>Writes the header and puts the file in its place.</summary>
    /// <param name="metadata">Texts kept in the header's <c>__metadata__</c>.</param>
    public void Complete(IReadOnlyDictionary<string, string> metadata)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        header["__metadata__"] = new JsonObject(metadata.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value)));
        var json = JsonSerializer.SerializeToUtf8Bytes(header);
        var length = (json.Length + Alignment - 1) / Alignment * Alignment;
        var finished = $"{draft}.whole";
        using (var file = new FileStream(finished, FileMode.CreateNew, FileAccess.Write))
        {
            Span<byte> prefix = stackalloc byte[sizeof(ulong)];
            BinaryPrimitives.WriteUInt64LittleEndian(prefix, (ulong)length);
            file.Write(prefix);
            file.Write(json);
            Span<byte> padding = stackalloc byte[length - json.Length];
            padding.Fill((byte)' ');
            file.Write(padding);
            data.Position = 0;
            data.CopyTo(file);
        }

        File.Move(finished, path, overwrite: true);
    }

    /// <summary>Removes the draft.</summary>
    public void Dispose()
    {
        data.Dispose();
        File.Delete(draft);
    }

    private void Add(string name, string type, ReadOnlySpan<long> shape, int count, ReadOnlySpan<byte> bytes)
    {
        var elements = 1L;
        foreach (var length in shape)
        {
            elements = checked(elements * length);
        }

        if (elements != count)
        {
            throw new ArgumentException($"tensor '{name}' of {elements} elements got {count} values", nameof(shape));
        }

        var start = data.Position;
        var entry = new JsonObject
        {
            ["dtype"] = type,
            ["shape"] = new JsonArray([.. shape.ToArray().Select(length => (JsonNode)length)]),
            ["data_offsets"] = new JsonArray(start, start + bytes.Length),
        };
        if (!header.TryAdd(name, entry))
        {
            throw new ArgumentException($"tensor '{name}' was added before", nameof(name));
        }

        data.Write(bytes);
    }
}
