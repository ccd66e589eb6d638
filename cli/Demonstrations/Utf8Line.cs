using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace IclMesh.Cli.Demonstrations;

/// <summary>A line of a file.</summary>
/// <param name="Number">Its number, from 1.</param>
/// <param name="Text">The line without its end; empty where it is no UTF-8.</param>
/// <param name="Fault">What is no UTF-8 in it, with its place; null for a sound line.</param>
internal readonly record struct Utf8Line(int Number, string Text, string? Fault)
{
    /// <summary>Decodes a line.</summary>
    /// <param name="number">Its number, from 1.</param>
    /// <param name="bytes">Its bytes, without the line feed.</param>
    /// <param name="start">Place of its first byte in the file, from 0.</param>
    public static Utf8Line Of(int number, ReadOnlySpan<byte> bytes, long start)
    {
        var skipped = number == 1 && bytes.StartsWith(Encoding.UTF8.Preamble) ? Encoding.UTF8.Preamble.Length : 0;
        var line = bytes[skipped..];
        if (line.EndsWith("\r"u8))
        {
            line = line[..^1];
        }

        if (Utf8.IsValid(line))
        {
            return new(number, Encoding.UTF8.GetString(line), null);
        }

        var place = 0;
        while (Rune.DecodeFromUtf8(line[place..], out _, out var length) == OperationStatus.Done)
        {
            place += length;
        }

        var inLine = place + skipped;
        return new(number, "", $"byte {inLine} of the line, byte {start + inLine} of the file: 0x{line[place]:X2} is no UTF-8 there");
    }
}
