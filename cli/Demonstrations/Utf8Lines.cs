using System.Buffers;
using System.Runtime.CompilerServices;

namespace IclMesh.Cli.Demonstrations;

/// <summary>The lines of a UTF-8 file, with the place of what is no UTF-8 instead of a replacement character in its stead.</summary>
internal static class Utf8Lines
{
    private const int MostLineBytes = 256 << 20;
    private const int BufferBytes = 1 << 16;

    /// <summary>Reads a file. A byte order mark of UTF-8 is skipped.</summary>
    /// <param name="path">The file.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="MeshException">The file is UTF-16 or UTF-32, or a line has no end.</exception>
    public static async IAsyncEnumerable<Utf8Line> ReadAsync(string path, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, BufferBytes, useAsync: true);
        var bytes = new ArrayBufferWriter<byte>(BufferBytes);
        var (number, start) = (0, 0L);
        while (true)
        {
            var read = await file.ReadAsync(bytes.GetMemory(BufferBytes)[..BufferBytes], cancellationToken);
            bytes.Advance(read);
            if (number == 0 && start == 0)
            {
                RequireUtf8(path, bytes.WrittenSpan);
            }

            var taken = 0;
            while (bytes.WrittenMemory[taken..] is { Length: > 0 } rest)
            {
                var end = rest.Span.IndexOf((byte)'\n');
                if (end < 0 && read > 0)
                {
                    break;
                }

                var length = end < 0 ? rest.Length : end;
                yield return Utf8Line.Of(++number, rest.Span[..length], start);
                taken += Math.Min(length + 1, rest.Length);
                start += Math.Min(length + 1, rest.Length);
            }

            if (read == 0)
            {
                yield break;
            }

            var open = bytes.WrittenSpan[taken..].ToArray();
            if (open.Length > MostLineBytes)
            {
                throw Broken($"{Path.GetFileName(path)}, line {number + 1}: has more than {MostLineBytes} bytes");
            }

            bytes.ResetWrittenCount();
            bytes.Write(open);
        }
    }

    private static void RequireUtf8(string path, ReadOnlySpan<byte> start)
    {
        // The mark of UTF-32, little-endian, begins with that of UTF-16.
        var encoding = start switch
        {
            [0xFF, 0xFE, 0, 0, ..] or [0, 0, 0xFE, 0xFF, ..] => "UTF-32",
            [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..] => "UTF-16",
            [not 0, 0, ..] or [0, not 0, ..] => "UTF-16 without a byte order mark, as it seems",
            _ => null,
        };
        if (encoding is not null)
        {
            throw Broken($"{Path.GetFileName(path)}, line 1, byte 0: the file is {encoding}; it must be UTF-8");
        }
    }

    private static MeshException Broken(string what) => new(ErrorKind.FailedPrecondition, ErrorReasons.DataCorrupt, what);
}
