using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace IclMesh;

/// <summary>Writes the safetensors format tensor by tensor: to a file without holding more than one of them, or to memory.</summary>
/// <remarks>
/// Format: https://huggingface.co/docs/safetensors. The header comes first but is known last, so the data waits in a draft; a finished file
/// appears under its name at once or not at all.
/// </remarks>
public sealed class SafetensorsWriter : IDisposable
{
    /// <summary>The header is padded to a multiple of this, so that tensors can be mapped as what they are.</summary>
    private const int Alignment = 8;

    private readonly string? path;
    private readonly Stream data;
    private readonly JsonObject header = [];

    /// <summary>Starts a file.</summary>
    /// <param name="path">Where the finished file will be; one that exists is replaced.</param>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public SafetensorsWriter(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        this.path = path;
        data = new FileStream(Draft("data"), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, bufferSize: 4096, FileOptions.DeleteOnClose);
    }

    /// <summary>Starts in memory; <see cref="ToArray"/> ends it.</summary>
    public SafetensorsWriter() => data = new MemoryStream();

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

    /// <summary>Adds an F16 tensor.</summary>
    /// <param name="name">Name, not used before.</param>
    /// <param name="shape">Length of each dimension, outermost first.</param>
    /// <param name="values">Elements, row-major.</param>
    /// <exception cref="ArgumentException">The name occurs twice, or shape and values disagree.</exception>
    public void Add(string name, ReadOnlySpan<long> shape, ReadOnlySpan<Half> values) =>
        Add(name, "F16", shape, values.Length, MemoryMarshal.AsBytes(values));

    /// <summary>Writes the header and puts the file in its place.</summary>
    /// <param name="metadata">Texts kept in the header's <c>__metadata__</c>.</param>
    /// <exception cref="InvalidOperationException">The writer was started in memory.</exception>
    public void Complete(IReadOnlyDictionary<string, string> metadata)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        var target = path ?? throw new InvalidOperationException("there is no file to put in place");
        header["__metadata__"] = new JsonObject(metadata.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value)));
        var finished = Draft("whole");
        try
        {
            using (var file = new FileStream(finished, FileMode.CreateNew, FileAccess.Write))
            {
                WriteTo(file);
            }

            File.Move(finished, target, overwrite: true);
        }
        finally
        {
            File.Delete(finished);
        }
    }

    /// <summary>The whole file as bytes.</summary>
    public byte[] ToArray()
    {
        using var whole = new MemoryStream();
        WriteTo(whole);
        return whole.ToArray();
    }

    /// <summary>Removes the draft.</summary>
    public void Dispose() => data.Dispose();

    private string Draft(string part) => $"{path}.{Guid.NewGuid():N}.{part}.tmp";

    private void WriteTo(Stream target)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(header);
        var padding = (Alignment - (json.Length % Alignment)) % Alignment;
        Span<byte> prefix = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(prefix, (ulong)(json.Length + padding));
        target.Write(prefix);
        target.Write(json);
        target.Write("        "u8[..padding]);
        data.Position = 0;
        data.CopyTo(target);
        data.Position = data.Length;
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
