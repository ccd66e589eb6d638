using System.Text.Json;

namespace IclMesh.EndToEnd.Tests;

/// <summary>Tasks from the command line, with the embedded models.</summary>
public sealed class TaskTests : IDisposable
{
    private const string Yaml = """
        name: reviews
        collection: films
        model: iclmesh-tiny
        encoder: iclmesh-tiny-embed
        labels:
          - name: bad
            word: Negative
          - name: good
            word: Positive
        selection: {k: 4}
        calibration: CALIBRATION_METHOD_CONTEXTUAL
        """;

    private readonly string folder = Directory.CreateTempSubdirectory("iclmesh-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Task_ImportedThenUsed_PredictsEvaluatesAndComesBackAsYaml()
    {
        var demonstrations = await ImportFilmsAsync();
        var yaml = await WriteAsync("reviews.yaml", Yaml);

        Assert.Contains("0 errors", (await Succeeds("task", "validate", yaml)).Output, StringComparison.Ordinal);
        await Succeeds("task", "import", yaml);
        var predicted = (await Succeeds("predict", "--task", "reviews", "a lovely day", "--json")).Json;
        var evaluated = (await Succeeds("evaluate", "--task", "reviews", "--data", demonstrations, "--json")).Json;
        var exported = await Succeeds("task", "export", "reviews");

        Assert.Equal(4, predicted.GetProperty("demonstrations").GetArrayLength());
        Assert.Equal(1, predicted.GetProperty("task").GetProperty("version").GetInt32());
        Assert.Equal(1, predicted.GetProperty("calibration").GetProperty("probabilities").EnumerateObject().Sum(p => p.Value.GetDouble()), 9);
        Assert.Equal(6, evaluated.GetProperty("rows").GetInt32());
        Assert.Equal(JsonValueKind.Number, evaluated.GetProperty("calibratedAccuracy").ValueKind);
        await File.WriteAllTextAsync(Path.Combine(folder, "again.yaml"), exported.Output, TestContext.Current.CancellationToken);
        Assert.Contains("version 2", (await Succeeds("task", "import", Path.Combine(folder, "again.yaml"))).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Evaluate_Cascade_SaysWhoAnsweredAndHowFast()
    {
        var demonstrations = await ImportFilmsAsync();
        await Succeeds("task", "import", await WriteAsync("reviews.yaml", Yaml));

        var all = (await Succeeds("evaluate", "--task", "reviews", "--data", demonstrations, "--cascade", "0.5", "--neighbours", "3", "--json")).Json.GetProperty("combined");
        var none = (await Succeeds("evaluate", "--task", "reviews", "--data", demonstrations, "--cascade", "1", "--neighbours", "6", "--abstain-below", "1", "--json")).Json.GetProperty("combined");
        var text = (await Succeeds("evaluate", "--task", "reviews", "--data", demonstrations, "--pool")).Output;

        Assert.Equal(1, all.GetProperty("kernelShare").GetDouble());
        Assert.Equal(1, all.GetProperty("coverage").GetDouble());
        Assert.InRange(all.GetProperty("kernelLatencyMs").GetProperty("median").GetDouble(), 0.01, 10_000);
        Assert.Equal(JsonValueKind.Null, all.GetProperty("modelLatencyMs").ValueKind);
        Assert.Equal(0, none.GetProperty("kernelShare").GetDouble());
        Assert.Equal(0, none.GetProperty("coverage").GetDouble());
        Assert.Contains("coverage 1.000", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PromptInfluencePredictions_OneTask_ShareItsDemonstrations()
    {
        await ImportFilmsAsync();
        await Succeeds("task", "import", await WriteAsync("reviews.yaml", Yaml));

        var predicted = (await Succeeds("predict", "--task", "reviews", "a lovely day", "--keep", "--json")).Json;
        var prompt = (await Succeeds("prompt", "--task", "reviews", "a lovely day")).Output;
        var influence = (await Succeeds("influence", "--task", "reviews", "a lovely day", "--json")).Json;
        var id = predicted.GetProperty("predictionId").GetString()!;
        var listed = (await Succeeds("predictions", "list", "--task", "reviews", "--json")).Json;
        var replayed = (await Succeeds("predictions", "replay", id, "--json")).Json;

        var shown = predicted.GetProperty("demonstrations").EnumerateArray().Select(d => d.GetProperty("text").GetString()!).ToList();
        Assert.All(shown, text => Assert.Contains(text, prompt, StringComparison.Ordinal));
        Assert.Equal(4, influence.GetProperty("measured")[0].GetProperty("demonstrations").GetArrayLength());
        Assert.Equal(id, listed.GetProperty("predictions")[0].GetProperty("id").GetString());
        Assert.True(replayed.GetProperty("difference").GetProperty("sameLogitsHash").GetBoolean());
    }

    [Fact]
    public async Task Validate_BrokenTask_NamesEveryFieldAndExitsWith2()
    {
        var yaml = await WriteAsync("broken.yaml", Yaml.Replace("model: iclmesh-tiny\n", "model: no-such-model\n", StringComparison.Ordinal));

        var outcome = await RunAsync("task", "validate", yaml);

        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains("model: 'no-such-model' does not exist", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("collection: 'films' does not exist", outcome.Output, StringComparison.Ordinal);
    }

    private async Task<string> ImportFilmsAsync()
    {
        var rows = Enumerable.Range(0, 6).Select(i => JsonSerializer.Serialize(i % 2 == 0 ? new { text = $"dull film {i}", label = "bad" } : new { text = $"lovely film {i}", label = "good" }));
        var demonstrations = await WriteAsync("films.jsonl", string.Join('\n', rows));
        await Succeeds("collections", "import", "films", demonstrations, "--encoder", Models.Encoder);
        return demonstrations;
    }

    private async Task<CommandLine.Outcome> Succeeds(params string[] arguments)
    {
        var outcome = await RunAsync(arguments);
        Assert.True(outcome.ExitCode == 0, $"{string.Join(' ', arguments)}: {outcome.Error}{outcome.Output}");
        return outcome;
    }

    private Task<CommandLine.Outcome> RunAsync(params string[] arguments) =>
        CommandLine.RunAsync([.. arguments, "--data-folder", Path.Combine(folder, "data"), "--offline"], Models.Only);

    private async Task<string> WriteAsync(string name, string text)
    {
        var path = Path.Combine(folder, name);
        await File.WriteAllTextAsync(path, text, TestContext.Current.CancellationToken);
        return path;
    }
}
