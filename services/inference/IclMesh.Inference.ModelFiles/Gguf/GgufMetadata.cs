using System.Buffers.Binary;
using System.Text;
using IclMesh.Inference.Text.Loading;
using IclMesh.Inference.ModelFiles.Files;
using IclMesh.Inference.Text.Settings;

namespace IclMesh.Inference.ModelFiles.Gguf;

/// <summary>The key-value pairs of a GGUF file; a value is decoded when it is asked for.</summary>
internal sealed class GgufMetadata : ITokenizerMetadata
{
    private readonly MappedFile file;
    private readonly Dictionary<string, (GgufValueType Type, int Offset)> values = new(StringComparer.Ordinal);
    private readonly HashSet<string> read = new(StringComparer.Ordinal);

    private GgufMetadata(MappedFile file) => this.file = file;

    /// <summary>Path of the file, for errors.</summary>
    public string Path => file.Path;

    /// <summary>Reads the directory of values, leaving the cursor behind the last one.</summary>
    public static GgufMetadata Read(MappedFile file, ref GgufCursor cursor, ulong count)
    {
        var metadata = new GgufMetadata(file);
        for (ulong i = 0; i < count; i++)
        {
            var key = cursor.Name($"key {i} of the metadata");
            var type = cursor.Type($"metadata '{key}'");
            if (!metadata.values.TryAdd(key, (type, cursor.Position)))
            {
                throw FileFaults.Corrupt(file.Path, $"metadata '{key}' at offset {cursor.Position} occurs twice");
            }

            cursor.Skip(type, $"metadata '{key}'");
        }

        return metadata;
    }

    /// <summary>Every key, in the order of the file.</summary>
    public IEnumerable<string> Keys => values.Keys;

    public bool Has(string key) => values.ContainsKey(key);

    /// <summary>Counts keys as read that change nothing here.</summary>
    public void Ignore(params ReadOnlySpan<string> keys)
    {
        foreach (var key in keys)
        {
            read.Add(key);
        }
    }

    /// <summary>Keys of a group that nobody has asked for and that say something: 0, false and empty arrays or texts do not.</summary>
    /// <param name="prefix">Begin of the group's keys.</param>
    public IEnumerable<string> Unread(string prefix) => values
        .Where(value => value.Key.StartsWith(prefix, StringComparison.Ordinal) && !read.Contains(value.Key) && !SaysNothing(value.Value))
        .Select(value => value.Key);

    public string? Text(string key) =>
        Find(key, out var value) ? Encoding.UTF8.GetString(Cursor(Expect(key, value, GgufValueType.String)).String(key)) : null;

    public bool? Flag(string key) =>
        Find(key, out var value) ? Bytes(Expect(key, value, GgufValueType.Bool), 1)[0] != 0 : null;

    public double? Number(string key)
    {
        if (!Find(key, out var value))
        {
            return null;
        }

        return value.Type is GgufValueType.String or GgufValueType.Bool or GgufValueType.Array
            ? throw FileFaults.Corrupt(Path, $"metadata '{key}' is {value.Type}, a number was expected")
            : Number(value.Type, Bytes(value.Offset, GgufCursor.Width(value.Type)));
    }

    /// <summary>A whole number from 0 to 2^31-1; null where the key is missing.</summary>
    public int? Integer(string key)
    {
        var number = Number(key);
        return number is null or (>= 0 and <= int.MaxValue) && (number is null || number == Math.Truncate(number.Value))
            ? (int?)number
            : throw FileFaults.Corrupt(Path, $"metadata '{key}' is {number}, a whole number from 0 to {int.MaxValue} was expected");
    }

    /// <summary>An array of strings; null where the key is missing.</summary>
    public string[]? Texts(string key)
    {
        if (!TryArray(key, out var type, out var count, out var start))
        {
            return null;
        }

        if (type != GgufValueType.String)
        {
            throw FileFaults.Corrupt(Path, $"metadata '{key}' is an array of {type}, strings were expected");
        }

        var cursor = Cursor(start);
        var texts = new string[count];
        for (var i = 0; i < count; i++)
        {
            texts[i] = Encoding.UTF8.GetString(cursor.String(key));
        }

        return texts;
    }

    /// <summary>An array of numbers; null where the key is missing.</summary>
    public double[]? Numbers(string key)
    {
        if (!TryArray(key, out var type, out var count, out var start))
        {
            return null;
        }

        if (type is GgufValueType.String or GgufValueType.Array or GgufValueType.Bool)
        {
            throw FileFaults.Corrupt(Path, $"metadata '{key}' is an array of {type}, numbers were expected");
        }

        var width = GgufCursor.Width(type);
        var bytes = Bytes(start, (long)width * count);
        var numbers = new double[count];
        for (var i = 0; i < count; i++)
        {
            numbers[i] = Number(type, bytes[(i * width)..]);
        }

        return numbers;
    }

    private bool SaysNothing((GgufValueType Type, int Offset) value) => value.Type switch
    {
        GgufValueType.String => Cursor(value.Offset).UInt64("a length") == 0,
        GgufValueType.Array => Cursor(value.Offset + sizeof(uint)).UInt64("a length") == 0,
        _ => Bytes(value.Offset, GgufCursor.Width(value.Type)).IndexOfAnyExcept((byte)0) < 0,
    };

    private bool Find(string key, out (GgufValueType Type, int Offset) value)
    {
        read.Add(key);
        return values.TryGetValue(key, out value);
    }

    private static double Number(GgufValueType type, ReadOnlySpan<byte> bytes) => type switch
    {
        GgufValueType.UInt8 => bytes[0],
        GgufValueType.Int8 => (sbyte)bytes[0],
        GgufValueType.UInt16 => BinaryPrimitives.ReadUInt16LittleEndian(bytes),
        GgufValueType.Int16 => BinaryPrimitives.ReadInt16LittleEndian(bytes),
        GgufValueType.UInt32 => BinaryPrimitives.ReadUInt32LittleEndian(bytes),
        GgufValueType.Int32 => BinaryPrimitives.ReadInt32LittleEndian(bytes),
        GgufValueType.Float32 => BinaryPrimitives.ReadSingleLittleEndian(bytes),
        GgufValueType.UInt64 => BinaryPrimitives.ReadUInt64LittleEndian(bytes),
        GgufValueType.Int64 => BinaryPrimitives.ReadInt64LittleEndian(bytes),
        _ => BinaryPrimitives.ReadDoubleLittleEndian(bytes),
    };

    private bool TryArray(string key, out GgufValueType type, out int count, out int start)
    {
        (type, count, start) = (default, 0, 0);
        if (!Find(key, out var value))
        {
            return false;
        }

        var cursor = Cursor(Expect(key, value, GgufValueType.Array));
        type = cursor.Type(key);
        count = checked((int)cursor.UInt64(key));
        start = cursor.Position;
        return true;
    }

    private int Expect(string key, (GgufValueType Type, int Offset) value, GgufValueType expected) => value.Type == expected
        ? value.Offset
        : throw FileFaults.Corrupt(Path, $"metadata '{key}' at offset {value.Offset} is {value.Type}, {expected} was expected");

    private GgufCursor Cursor(int offset) => new(Path, file.Slice(0, Math.Min(file.Length, int.MaxValue)), offset);

    private ReadOnlySpan<byte> Bytes(int offset, long length) => file.Slice(offset, length);
}
