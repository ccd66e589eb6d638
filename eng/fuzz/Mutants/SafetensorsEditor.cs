using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace IclMesh.Fuzz.Mutants;

/// <summary>The tensors of a safetensors file as a list that can be changed and written again.</summary>
internal sealed class SafetensorsEditor
{
    public List<(string Name, string Type, long[] Shape, byte[] Data)> Tensors { get; } = [];

    public static SafetensorsEditor Read(byte[] file)
    {
        var length = (int)BinaryPrimitives.ReadInt64LittleEndian(file);
        var editor = new SafetensorsEditor();
        foreach (var (name, entry) in JsonNode.Parse(file.AsSpan(8, length))!.AsObject())
        {
            if (name != "__metadata__")
            {
                var (start, end) = ((int)entry!["data_offsets"]![0]!, (int)entry["data_offsets"]![1]!);
                editor.Tensors.Add((name, (string)entry["dtype"]!, [.. entry["shape"]!.AsArray().Select(n => (long)n!)], file[(8 + length + start)..(8 + length + end)]));
            }
        }

        return editor;
    }

    /// <summary>The file with one tensor replaced, or left out where the change gives none.</summary>
    public byte[] Change(string name, Func<(string Name, string Type, long[] Shape, byte[] Data), (string Name, string Type, long[] Shape, byte[] Data)?> change) =>
        Write(Tensors.Select(tensor => tensor.Name == name ? change(tensor) : tensor));

    public byte[] Write(IEnumerable<(string Name, string Type, long[] Shape, byte[] Data)?> tensors)
    {
        var header = new JsonObject();
        var data = new MemoryStream();
        foreach (var (name, type, shape, bytes) in tensors.OfType<(string, string, long[], byte[])>())
        {
            header[name] = new JsonObject
            {
                ["dtype"] = type,
                ["shape"] = new JsonArray([.. shape.Select(length => (JsonNode)length)]),
                ["data_offsets"] = new JsonArray(data.Length, data.Length + bytes.Length),
            };
            data.Write(bytes);
        }

        var json = JsonSerializer.SerializeToUtf8Bytes(header);
        var prefix = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(prefix, json.Length);
        return [.. prefix, .. json, .. data.ToArray()];
    }

    public static float[] Floats(byte[] data) => MemoryMarshal.Cast<byte, float>(data).ToArray();

    public static byte[] Bytes<T>(T[] values)
        where T : unmanaged => MemoryMarshal.AsBytes(values.AsSpan()).ToArray();
}
