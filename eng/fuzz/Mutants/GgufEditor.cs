using System.Text;

namespace IclMesh.Fuzz.Mutants;

/// <summary>The metadata and tensors of a GGUF file as lists that can be changed and written again.</summary>
internal sealed class GgufEditor
{
    /// <summary>Name of the file in its folder.</summary>
    public const string File = "model.gguf";
    private const int Alignment = 32;

    public List<(string Key, uint Type, byte[] Value)> Metadata { get; private init; } = [];

    /// <summary>Dimensions as the file lists them, innermost first.</summary>
    public List<(string Name, ulong[] Dimensions, uint Type, byte[] Data)> Tensors { get; private init; } = [];

    public static GgufEditor Read(byte[] file)
    {
        var reader = new BinaryReader(new MemoryStream(file));
        reader.BaseStream.Position = 8;
        var (tensors, values) = (reader.ReadUInt64(), reader.ReadUInt64());
        var editor = new GgufEditor();
        for (ulong i = 0; i < values; i++)
        {
            var key = Text(reader);
            var type = reader.ReadUInt32();
            var start = (int)reader.BaseStream.Position;
            Skip(reader, type);
            editor.Metadata.Add((key, type, file[start..(int)reader.BaseStream.Position]));
        }

        var entries = new List<(string Name, ulong[] Dimensions, uint Type, ulong Offset)>();
        for (ulong i = 0; i < tensors; i++)
        {
            var name = Text(reader);
            ulong[] dimensions = [.. Enumerable.Range(0, (int)reader.ReadUInt32()).Select(_ => reader.ReadUInt64())];
            entries.Add((name, dimensions, reader.ReadUInt32(), reader.ReadUInt64()));
        }

        var data = (int)((reader.BaseStream.Position + Alignment - 1) / Alignment * Alignment);
        var ends = entries.Select(entry => entry.Offset).Order().Append((ulong)(file.Length - data)).ToList();
        foreach (var (name, dimensions, type, offset) in entries)
        {
            editor.Tensors.Add((name, dimensions, type, file[(data + (int)offset)..(data + (int)ends.First(end => end > offset))]));
        }

        return editor;
    }

    public GgufEditor Without(string key) => new() { Metadata = [.. Metadata.Where(value => value.Key != key)], Tensors = Tensors };

    public GgufEditor With(string key, uint type, byte[] value) => new() { Metadata = [.. Metadata.Where(known => known.Key != key), (key, type, value)], Tensors = Tensors };

    public GgufEditor With(string key, uint value) => With(key, 4, BitConverter.GetBytes(value));

    public GgufEditor With(string key, float value) => With(key, 6, BitConverter.GetBytes(value));

    public GgufEditor With(string key, bool value) => With(key, 7, [(byte)(value ? 1 : 0)]);

    public GgufEditor With(string key, string value) => With(key, 8, [.. BitConverter.GetBytes((ulong)Encoding.UTF8.GetByteCount(value)), .. Encoding.UTF8.GetBytes(value)]);

    public GgufEditor Change(
        string name, Func<(string Name, ulong[] Dimensions, uint Type, byte[] Data), (string Name, ulong[] Dimensions, uint Type, byte[] Data)?> change) => new()
        {
            Metadata = Metadata,
            Tensors = [.. Tensors.Select(tensor => tensor.Name == name ? change(tensor) : tensor).OfType<(string, ulong[], uint, byte[])>()],
        };

    public GgufEditor Plus((string Name, ulong[] Dimensions, uint Type, byte[] Data) tensor) => new() { Metadata = Metadata, Tensors = [.. Tensors, tensor] };

    public byte[] Write()
    {
        var stream = new MemoryStream();
        var writer = new BinaryWriter(stream);
        writer.Write("GGUF"u8);
        writer.Write(3u);
        writer.Write((ulong)Tensors.Count);
        writer.Write((ulong)Metadata.Count);
        foreach (var (key, type, value) in Metadata)
        {
            WriteText(writer, key);
            writer.Write(type);
            writer.Write(value);
        }

        ulong offset = 0;
        foreach (var (name, dimensions, type, data) in Tensors)
        {
            WriteText(writer, name);
            writer.Write((uint)dimensions.Length);
            foreach (var length in dimensions)
            {
                writer.Write(length);
            }

            writer.Write(type);
            writer.Write(offset);
            offset += (ulong)((data.Length + Alignment - 1) / Alignment * Alignment);
        }

        Pad(writer);
        foreach (var tensor in Tensors)
        {
            writer.Write(tensor.Data);
            Pad(writer);
        }

        return stream.ToArray();
    }

    private static void Pad(BinaryWriter writer) => writer.Write(new byte[(Alignment - (writer.BaseStream.Length % Alignment)) % Alignment]);

    private static string Text(BinaryReader reader) => Encoding.UTF8.GetString(reader.ReadBytes((int)reader.ReadUInt64()));

    private static void WriteText(BinaryWriter writer, string text)
    {
        writer.Write((ulong)Encoding.UTF8.GetByteCount(text));
        writer.Write(Encoding.UTF8.GetBytes(text));
    }

    private static void Skip(BinaryReader reader, uint type)
    {
        switch (type)
        {
            case 8:
                Text(reader);
                break;
            case 9:
                var inner = reader.ReadUInt32();
                var count = reader.ReadUInt64();
                for (ulong i = 0; i < count; i++)
                {
                    Skip(reader, inner);
                }

                break;
            default:
                reader.BaseStream.Position += type switch { 0 or 1 or 7 => 1, 2 or 3 => 2, 10 or 11 or 12 => 8, _ => 4 };
                break;
        }
    }
}
