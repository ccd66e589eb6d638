using System.Text;
using CsCheck;
using IclMesh.Inference.ModelFiles.Configuration;
using IclMesh.Inference.ModelFiles.Opening;
using IclMesh.Inference.ModelFiles.Safetensors;
using IclMesh.Inference.ModelFiles.Tensors;
using IclMesh.Testing;

namespace IclMesh.Inference.Tests.Sources;

/// <summary>Whatever is done to a model's files, opening them fails in one way only, and costs no more memory than their size allows.</summary>
public sealed class CorruptFilesTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    /// <summary>
    /// Bytes allocated for each byte of the files: texts of vocabulary and merges take two bytes a letter, and some sixty each for the object and its place in a dictionary.
    /// </summary>
    private const int AllocationFactor = 64;

    // What opening costs whatever the file says: paths, the regular expressions of a tokenizer, one error.
    private const long AllocationBase = 8 << 20;

    private static readonly byte[] Gguf = GgufModelTensorsTests.Header("llama", new()
    {
        Family = ModelFamily.Llama,
        Layers = 1,
        HiddenSize = 8,
        Heads = 2,
        KeyValueHeads = 2,
        HeadSize = 4,
        FeedForwardSize = 8,
        VocabularySize = 3,
        ContextLength = 16,
        NormEpsilon = 1e-5f,
    })
        .Numbers("tokenizer.ggml.scores", [0, 0, 0]).Integer("tokenizer.ggml.bos_token_id", 0).Flag("tokenizer.ggml.add_bos_token", true)
        .Tensor("token_embd.weight", [3, 8], new float[24]).Tensor("blk.0.attn_q.weight", [8, 32], type: 8, new byte[8 * 34]).ToArray();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Open_AnyMutationOfAGguf_FailsOnlyWithMeshException() =>
        Mutations(Gguf).Sample(bytes => { OpenFile("model.gguf", bytes); }, iter: 1500, threads: 1);

    [Fact]
    public void Open_AnyPrefixOfAGguf_FailsOnlyWithMeshException()
    {
        for (var length = 0; length < Gguf.Length; length++)
        {
            OpenFile("model.gguf", Gguf[..length]);
        }
    }

    [Fact]
    public void Open_AnyMutationOfSafetensors_FailsOnlyWithMeshException()
    {
        var header = """{"a":{"dtype":"F32","shape":[2,2],"data_offsets":[0,16]},"b":{"dtype":"BF16","shape":[4],"data_offsets":[16,24]},"__metadata__":{"format":"pt"} }""";
        byte[] file = [.. BitConverter.GetBytes((ulong)header.Length), .. Encoding.UTF8.GetBytes(header), .. new byte[24]];

        Mutations(file).Sample(bytes => { OpenFile("model.safetensors", bytes); }, iter: 1500, threads: 1);
    }

    [Theory]
    [InlineData("config.json", "golden/tiny-llama3/config.json")]
    [InlineData("config.json", "golden/tiny-gpt-neox/config.json")]
    [InlineData("config.json", "golden/tiny-bert/config.json")]
    [InlineData("modules.json", "models/all-MiniLM-L6-v2/modules.json")]
    [InlineData("1_Pooling/config.json", "models/all-MiniLM-L6-v2/1_Pooling/config.json")]
    [InlineData("tokenizer_config.json", "models/all-MiniLM-L6-v2/tokenizer_config.json")]
    public void Open_AnyMutationOfASettingsFile_FailsOnlyWithMeshException(string name, string original)
    {
        foreach (var file in Directory.GetFiles(SharedData.Find("golden", "tiny-bert")).Where(file => !file.Contains("expected", StringComparison.Ordinal)))
        {
            File.Copy(file, Path.Combine(folder.Path, Path.GetFileName(file)));
        }

        foreach (var file in new[] { "modules.json", "1_Pooling/config.json" })
        {
            folder.Write(file, File.ReadAllBytes(SharedData.Find(["models", "all-MiniLM-L6-v2", .. file.Split('/')])));
        }

        Mutations(File.ReadAllBytes(SharedData.Find(original.Split('/')))).Sample(
            bytes =>
            {
                folder.Write(name, bytes);
                Guarded(folder.Path, new FileInfo(Path.Combine(folder.Path, "tokenizer.json")).Length + bytes.Length);
            },
            iter: 60,
            threads: 1);
    }

    private void OpenFile(string name, byte[] bytes) => Guarded(folder.Write(name, bytes), bytes.Length);

    private static void Guarded(string path, long size)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            if (path.EndsWith(".safetensors", StringComparison.Ordinal))
            {
                using var file = SafetensorsFile.Open(path);
                ReadAll(file);
            }
            else
            {
                using var source = ModelSources.Open(path);
                ReadAll(source.Tensors);
                source.Tokenizer.Decode([.. source.Tokenizer.Encode("a ab b ä", addSpecialTokens: true).Select(token => token.Id)]);
            }
        }
        catch (MeshException)
        {
            // The one kind of failure that is allowed.
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, (AllocationFactor * size) + AllocationBase);
    }

    private static void ReadAll(ITensorSource source)
    {
        foreach (var info in source.Tensors.Values)
        {
            source.Read(info.Name, new float[info.Count]);
        }
    }

    /// <summary>Bytes overwritten, runs replaced by extreme numbers, the end cut off, parts repeated.</summary>
    private static Gen<byte[]> Mutations(byte[] original)
    {
        byte[][] extremes = [[0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F], [0, 0, 0, 0x80], [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF], [0], "9"u8.ToArray(), "-"u8.ToArray(), "{"u8.ToArray(), "[]"u8.ToArray(), "1e999"u8.ToArray(), "\\ud800"u8.ToArray()];
        var edit = Gen.Select(Gen.Int[0, original.Length - 1], Gen.OneOf(Gen.Byte.Array[1, 4], Gen.OneOf(extremes)), Gen.Bool);
        return Gen.Select(edit.Array[1, 4], Gen.Int[0, original.Length], Gen.Int[0, 3]).Select((edits, cut, kind) =>
        {
            var bytes = original.ToList();
            foreach (var (at, content, inserts) in edits)
            {
                bytes.RemoveRange(at, inserts ? 0 : Math.Min(content.Length, bytes.Count - at));
                bytes.InsertRange(at, content);
            }

            return kind == 0 ? bytes.Take(cut).ToArray() : [.. bytes];
        });
    }
}
