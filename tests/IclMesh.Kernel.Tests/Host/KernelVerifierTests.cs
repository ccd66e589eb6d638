using IclMesh.Kernel.Verification;

namespace IclMesh.Kernel.Tests.Host;

public sealed class KernelVerifierTests(KernelHost kernel) : IClassFixture<KernelHost>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task RunAsync_ExpectedValues_AreMatchedThroughTheService()
    {
        var json = await File.ReadAllBytesAsync(SharedFolder.Require("golden", "kernel", "expected.json"), Token);

        var groups = await new KernelVerifier(kernel.Host.Channel).RunAsync(json, Token);

        Assert.Equal(15, groups.Count);
        Assert.All(groups, group => Assert.True(group.Passed, $"{group.Name}: {group.LargestDifference:g3} at {group.Worst}"));
    }

    [Fact]
    public async Task RunAsync_WrongValue_IsSeen()
    {
        var json = """{"correlation": {"a": [1, 2, 3, 5], "b": [1, 2, 4, 3], "pearson": 0.5, "spearman": 0.8}}"""u8.ToArray();

        var group = Assert.Single(await new KernelVerifier(kernel.Host.Channel).RunAsync(json, Token));

        Assert.False(group.Passed);
        Assert.Equal("pearson[0]", group.Worst);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("{}")]
    [InlineData("""{"classes": {"features": [[1]], "queries": [[1]], "labels": [0], "kernels": {"mystery": [[1]]}}}""")]
    public async Task RunAsync_UnknownDocument_IsRefused(string json)
    {
        await Assert.ThrowsAsync<MeshException>(() => new KernelVerifier(kernel.Host.Channel).RunAsync(System.Text.Encoding.UTF8.GetBytes(json), Token));
    }
}
