using IclMesh.Inference.Engine.Sessions;
using IclMesh.Inference.ModelFiles.Opening;
using IclMesh.Inference.Tests.Models;
using IclMesh.Testing;

namespace IclMesh.Inference.Tests.Onnx;

public sealed class WeightFileTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly string model;
    private readonly string cache;

    public WeightFileTests()
    {
        model = TinyModels.WriteLlama(folder);
        cache = Path.Combine(folder.Path, "made", "here");
    }

    [Fact]
    public void Load_DamagedCacheFile_IsNoticedAndBuiltAnew()
    {
        var right = Logits();
        var whole = File.ReadAllBytes(WeightPath());
        (string What, Func<byte[], byte[]> Damage)[] damages =
        [
            ("first byte", bytes => Flip(bytes, 0)),
            ("one bit in the middle", bytes => Flip(bytes, bytes.Length / 2)),
            ("last checksum", bytes => Flip(bytes, bytes.Length - 1)),
            ("truncated", bytes => bytes[..(bytes.Length / 3)]),
            ("empty", _ => []),
            ("longer", bytes => [.. bytes, 0]),
            ("second half never written", bytes => [.. bytes[..(bytes.Length / 2)], .. new byte[bytes.Length - (bytes.Length / 2)]]),
            ("all zeros", bytes => new byte[bytes.Length]),
        ];
        foreach (var (what, damage) in damages)
        {
            File.WriteAllBytes(WeightPath(), damage([.. whole]));

            var logits = Logits();

            Assert.True(right.AsSpan().SequenceEqual(logits), what);
            Assert.True(whole.AsSpan().SequenceEqual(File.ReadAllBytes(WeightPath())), what);
        }
    }

    [Fact]
    public void Load_WholeCacheFile_IsNotWrittenAgain()
    {
        Logits();
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        // A new file would have the mode of new files again.
        const UnixFileMode Marked = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead;
        File.SetUnixFileMode(WeightPath(), Marked);

        Logits();

        Assert.Equal(Marked, File.GetUnixFileMode(WeightPath()));
        Assert.Single(Directory.GetFiles(cache));
    }

    [Fact]
    public void Load_DraftOfAKilledWriter_IsNotUsed()
    {
        var right = Logits();
        var path = WeightPath();
        File.Move(path, $"{path}.0123.tmp");
        File.WriteAllBytes($"{path}.0123.tmp", new byte[10]);

        Assert.Equal(right, Logits());
    }

    [Fact]
    public void Load_NewCache_IsReadableByItsOwnerOnly()
    {
        Logits();
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(WeightPath()));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(cache));
    }

    public void Dispose() => folder.Dispose();

    private static byte[] Flip(byte[] bytes, int at)
    {
        bytes[at] ^= 4;
        return bytes;
    }

    private string WeightPath() => Assert.Single(Directory.GetFiles(cache, "*.weights"));

    private float[] Logits()
    {
        using var source = ModelSources.Open(model);
        using var decoder = OnnxTransformerModel.Load(source, new(cache), TestContext.Current.CancellationToken);
        using var buffer = decoder.CreateBuffer(4);
        using var result = decoder.Run(new() { Tokens = new[] { 1, 2, 3 }, Past = 0, LogitRows = [2] }, buffer, TestContext.Current.CancellationToken);
        return result.Logits(0).ToArray();
    }
}
