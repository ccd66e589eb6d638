using IclMesh.Fuzz.Mutants;
using IclMesh.Testing;

namespace IclMesh.Inference.Tests.Mutants;

/// <summary>The generator of <c>eng/fuzz/models.sh</c> over some of the golden models; there it runs over all of them.</summary>
public class ModelMutantTests
{
    [Theory]
    [InlineData("tiny-llama", 250)]
    [InlineData("tiny-qwen2", 150)]
    [InlineData("tiny-bert", 350)]
    public async Task Load_OneThingChanged_GivesTheRightNumbersOrARefusalByName(string name, int least)
    {
        var counts = await RunAsync(Fuzz.Mutants.ModelFiles.Read(SharedFolder.Require("golden", name)));

        Assert.True(counts.Values.Sum() >= least, $"{counts.Values.Sum()} mutants");
        Assert.All((string[])["same", "equal", "other", "refused"], kind => Assert.True(counts[kind] > 0, kind));
    }

    [Fact]
    public async Task Load_OneThingOfAGgufFileChanged_GivesTheRightNumbersOrARefusalByName()
    {
        var counts = await RunAsync(Fuzz.Mutants.ModelFiles.ReadGguf(SharedFolder.Require("golden", "tiny-llama-gguf", "F16.gguf")));

        Assert.True(counts.Values.Sum() >= 100, $"{counts.Values.Sum()} mutants");
    }

    private static async Task<SortedDictionary<string, int>> RunAsync(Fuzz.Mutants.ModelFiles model)
    {
        using var work = new TemporaryFolder();
        var run = new MutantRun(work.Path, others: null);

        await run.RunAsync(model, TestContext.Current.CancellationToken);

        Assert.Empty(run.Faults);
        return run.Counts;
    }
}
