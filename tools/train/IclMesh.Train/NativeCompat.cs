using System.Buffers.Binary;
using System.Runtime.Versioning;
using System.Text;

namespace IclMesh.Train;

/// <summary>Lets TorchSharp's native library load where libstdc++ is older than GCC 13 (Debian 12).</summary>
/// <remarks>
/// <c>libLibTorchSharp.so</c> requires the version node GLIBCXX_3.4.32, but no relocation uses a symbol of it. Marking the requirement weak
/// (VER_FLG_WEAK in its vernaux entry) makes the loader warn instead of fail. Only the copy in the output folder is touched.
/// </remarks>
[SupportedOSPlatform("linux")]
internal static class NativeCompat
{
    private const uint SectionVersionNeeds = 0x6ffffffe;
    private const byte Weak = 2;

    /// <summary>Marks one version requirement of an ELF file weak; a second call changes nothing.</summary>
    /// <param name="file">The library to change in place.</param>
    /// <param name="library">Library that the requirement is on.</param>
    /// <param name="version">Version node to mark.</param>
    /// <returns>Whether the file was changed.</returns>
    public static bool MarkWeak(string file, string library = "libstdc++.so.6", string version = "GLIBCXX_3.4.32")
    {
        var elf = File.ReadAllBytes(file);
        var sections = (int)Read64(elf, 0x28);
        var (size, count) = (Read16(elf, 0x3A), Read16(elf, 0x3C));
        var changed = false;
        for (var i = 0; i < count; i++)
        {
            var section = sections + (i * size);
            if (Read32(elf, section + 4) != SectionVersionNeeds)
                continue;
            var strings = (int)Read64(elf, sections + ((int)Read32(elf, section + 40) * size) + 24);
            changed |= MarkNeeds(elf, (int)Read64(elf, section + 24), strings, library, version);
        }
        if (changed)
        {
            // Written beside and moved over: another process may have the old file mapped.
            var copy = file + ".tmp";
            File.WriteAllBytes(copy, elf);
            File.SetUnixFileMode(copy, File.GetUnixFileMode(file));
            File.Move(copy, file, overwrite: true);
        }
        return changed;
    }

    private static bool MarkNeeds(byte[] elf, int need, int strings, string library, string version)
    {
        var changed = false;
        for (; ; need += (int)Read32(elf, need + 12))
        {
            var entry = need + (int)Read32(elf, need + 8);
            for (var k = 0; k < Read16(elf, need + 2); k++, entry += (int)Read32(elf, entry + 12))
            {
                if (Text(elf, strings + (int)Read32(elf, need + 4)) != library
                    || Text(elf, strings + (int)Read32(elf, entry + 8)) != version
                    || (elf[entry + 4] & Weak) != 0)
                    continue;
                elf[entry + 4] |= Weak;
                changed = true;
            }
            if (Read32(elf, need + 12) == 0)
                return changed;
        }
    }

    private static ulong Read64(byte[] d, int at) => BinaryPrimitives.ReadUInt64LittleEndian(d.AsSpan(at));

    private static uint Read32(byte[] d, int at) => BinaryPrimitives.ReadUInt32LittleEndian(d.AsSpan(at));

    private static ushort Read16(byte[] d, int at) => BinaryPrimitives.ReadUInt16LittleEndian(d.AsSpan(at));

    private static string Text(byte[] d, int at) => Encoding.ASCII.GetString(d, at, Array.IndexOf(d, (byte)0, at) - at);
}
