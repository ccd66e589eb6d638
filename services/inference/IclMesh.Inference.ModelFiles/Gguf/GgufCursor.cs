using System.Buffers.Binary;
using System.Text;
using IclMesh.Inference.Text.Settings;

namespace IclMesh.Inference.ModelFiles.Gguf;

/// <summary>Walks the header of a GGUF file; every step is checked against the end of the file.</summary>
/// <param name="path">Named in errors.</param>
/// <param name="bytes">The file from its first byte, as far as a span reaches.</param>
/// <param name="position">First byte to read.</param>
internal ref struct GgufCursor(string path, ReadOnlySpan<byte> bytes, int position)
{
    // Arrays of arrays are allowed by the format and used by nobody; the limit keeps a hostile file from exhausting the stack.
    private const int MaximumNesting = 4;

    private readonly ReadOnlySpan<byte> bytes = bytes;

    public int Position { get; private set; } = position;

    public uint UInt32(string what) => BinaryPrimitives.ReadUInt32LittleEndian(Take(4, what));

    public ulong UInt64(string what) => BinaryPrimitives.ReadUInt64LittleEndian(Take(8, what));

    public ReadOnlySpan<byte> String(string what) => Take(UInt64(what), what);

    /// <summary>A key or the name of a tensor; the format allows 65,535 bytes.</summary>
    public string Name(string what)
    {
        var at = Position;
        var bytes = String(what);
        return bytes.Length <= ushort.MaxValue
            ? Encoding.UTF8.GetString(bytes)
            : throw FileFaults.Corrupt(path, $"{what} at offset {at}: {bytes.Length} bytes, at most {ushort.MaxValue} are allowed");
    }

    public GgufValueType Type(string what)
    {
        var at = Position;
        var type = (GgufValueType)UInt32(what);
        return Enum.IsDefined(type) ? type : throw FileFaults.Corrupt(path, $"{what} at offset {at}: value type {(uint)type} does not exist");
    }

    /// <summary>Steps over one value.</summary>
    public void Skip(GgufValueType type, string what, int nesting = 0)
    {
        if (type == GgufValueType.String)
        {
            String(what);
        }
        else if (type != GgufValueType.Array)
        {
            Take((ulong)Width(type), what);
        }
        else if (nesting == MaximumNesting)
        {
            throw FileFaults.Corrupt(path, $"{what} at offset {Position}: arrays are nested more than {MaximumNesting} deep");
        }
        else
        {
            SkipArray(what, nesting);
        }
    }

    public static int Width(GgufValueType type) => type switch
    {
        GgufValueType.UInt8 or GgufValueType.Int8 or GgufValueType.Bool => 1,
        GgufValueType.UInt16 or GgufValueType.Int16 => 2,
        GgufValueType.UInt64 or GgufValueType.Int64 or GgufValueType.Float64 => 8,
        _ => 4,
    };

    private void SkipArray(string what, int nesting)
    {
        var type = Type(what);
        var count = UInt64(what);
        if (type is not (GgufValueType.String or GgufValueType.Array))
        {
            Take(UInt128.Min((UInt128)count * (ulong)Width(type), ulong.MaxValue), what);
            return;
        }

        // Every element takes at least eight bytes, so the end of the file bounds this loop whatever the count says.
        for (ulong i = 0; i < count; i++)
        {
            Skip(type, what, nesting + 1);
        }
    }

    private ReadOnlySpan<byte> Take(UInt128 count, string what)
    {
        if (count > (ulong)(bytes.Length - Position))
        {
            throw FileFaults.Corrupt(path, $"{what} at offset {Position}: needs {count} bytes, {bytes.Length - Position} are left");
        }

        var taken = bytes.Slice(Position, (int)count);
        Position += (int)count;
        return taken;
    }
}
