using IclMesh.Inference.Core.Verification;
using IclMesh.Inference.Engine;
using IclMesh.Inference.ModelFiles.Opening;
using IclMesh.Testing;

namespace IclMesh.Inference.Tests.Verification;

public sealed class ModelVerifierTests
{
    [Theory]
    [InlineData("tiny-llama")]
    [InlineData("tiny-llama3")]
    [InlineData("tiny-qwen2")]
    [InlineData("tiny-qwen3")]
    [InlineData("tiny-gpt2")]
    [InlineData("tiny-gptj")]
    [InlineData("tiny-gpt-neox")]
    [InlineData("tiny-bert")]
    [InlineData("tiny-llama-gguf")]
    [InlineData("tokenizers")]
    [InlineData("tokenizers/metaspace-byte-fallback")]
    [InlineData("chat")]
    public async Task Verify_IndependentExpectedValues_AllPass(string golden)
    {
        using var cache = new TemporaryFolder();

        var checks = await Verify(SharedData.Find("golden", golden), null, cache.Path);

        Assert.True(checks.Count >= 2);
        Assert.All(checks, check => Assert.True(check.Passed, $"{check}"));
    }

    [Fact]
    public async Task Verify_RealEncoder_AllPass()
    {
        using var cache = new TemporaryFolder();

        var checks = await Verify(
            SharedData.Find("golden", "all-MiniLM-L6-v2"), SharedFolder.Require("models", "all-MiniLM-L6-v2"), cache.Path);

        Assert.All(checks, check => Assert.True(check.Passed, $"{check}"));
    }

    [Fact]
    public async Task Verify_OneWeightByteChanged_Fails()
    {
        var golden = SharedData.Find("golden", "tiny-llama");
        using var copy = new TemporaryFolder();
        foreach (var file in Directory.GetFiles(golden))
        {
            copy.Write(Path.GetFileName(file), await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken));
        }

        var before = await Verify(copy.Path, null, copy.Path);
        var weights = Path.Combine(copy.Path, "model.safetensors");
        var bytes = await File.ReadAllBytesAsync(weights, TestContext.Current.CancellationToken);

        // The exponent of one element somewhere in the middle.
        bytes[(bytes.Length / 2 / 4 * 4) + 3] ^= 1;
        await File.WriteAllBytesAsync(weights, bytes, TestContext.Current.CancellationToken);
        var after = await Verify(copy.Path, null, copy.Path);

        Assert.All(before, check => Assert.True(check.Passed, $"{check}"));
        Assert.Contains(after, check => !check.Passed);
    }

    [Fact]
    public async Task Verify_FolderWithoutExpectedValues_SaysSo()
    {
        using var empty = new TemporaryFolder();

        var error = await Assert.ThrowsAsync<MeshException>(() => Verify(empty.Path, null, empty.Path));

        Assert.Equal(ErrorKind.InvalidArgument, error.Kind);
    }

    private static async Task<List<VerificationCheck>> Verify(string golden, string? model, string cache)
    {
        var verifier = new ModelVerifier(new OnnxEngine(new(cache)), ModelSources.Open);
        var checks = new List<VerificationCheck>();
        await foreach (var check in verifier.VerifyAsync(golden, model, new Progress<string>()))
        {
            checks.Add(check);
        }

        return checks;
    }
}
