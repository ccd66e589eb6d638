namespace IclMesh.EndToEnd.Tests;

/// <summary><c>iclmesh</c> with real models, as a user runs it.</summary>
public sealed class CommandLineTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("iclmesh-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Demo_NothingConfigured_ShowsLabelsWeightsAndOneTraceOfFourServices()
    {
        var outcome = await RunAsync("demo", "--offline");

        Assert.True(outcome.ExitCode == 0, outcome.Error);
        foreach (var service in (string[])["gateway", "inference", "retrieval", "kernel"])
        {
            Assert.Contains($"iclmesh.{service}.v1", outcome.Output, StringComparison.Ordinal);
        }

        Assert.Contains("3 of 3 labels", outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Predict_Json_HoldsTheReceipt()
    {
        var demonstrations = await WriteAsync("{\"text\": \"awful\", \"label\": 0}", "{\"text\": \"wonderful\", \"label\": 1}", "{\"text\": \"great fun\", \"label\": \"Positive\"}");

        var outcome = await RunAsync([.. Task(demonstrations), "--k", "3", "--text", "a great film", "--json"]);

        Assert.True(outcome.ExitCode == 0, outcome.Error);
        var answer = outcome.Json;
        Assert.Equal(1, answer.GetProperty("probabilities").EnumerateObject().Sum(p => p.Value.GetDouble()), 9);
        Assert.Equal(3, answer.GetProperty("demonstrations").GetArrayLength());
        Assert.All(answer.GetProperty("demonstrations").EnumerateArray(), d => Assert.True(d.GetProperty("weight").GetDouble() > 0));
        Assert.True(answer.GetProperty("usage").GetProperty("promptTokens").GetInt32() > 0);
        Assert.Equal(32, answer.GetProperty("traceId").GetString()!.Length);
    }

    [Fact]
    public async Task Predict_Address_UsesTheRunningGateway()
    {
        await using var mesh = await MeshProcesses.StartAsync(Models.Only);
        var demonstrations = await WriteAsync("{\"text\": \"awful\", \"label\": 0}", "{\"text\": \"wonderful\", \"label\": 1}");

        var outcome = await CommandLine.RunAsync([.. Task(demonstrations), "--k", "2", "--text", "a great film", "--json", "--address", mesh.Gateway]);

        Assert.True(outcome.ExitCode == 0, outcome.Error);
        Assert.Equal(2, outcome.Json.GetProperty("demonstrations").GetArrayLength());
        Assert.DoesNotContain("starting the mesh", outcome.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"text\": \"awful\"", "line 2")]
    [InlineData("{\"text\": \"\", \"label\": 0}", "line 2")]
    [InlineData("{\"text\": \"awful\", \"label\": 2}", "line 2")]
    [InlineData("{\"text\": \"awful\", \"label\": \"Neutral\"}", "line 2")]
    public async Task Predict_BrokenRow_NamesTheLineAndLoadsNothing(string row, string place)
    {
        var demonstrations = await WriteAsync("{\"text\": \"wonderful\", \"label\": 1}", row);

        var outcome = await RunAsync([.. Task(demonstrations), "--k", "1", "--text", "a great film"]);

        Assert.Equal(1, outcome.ExitCode);
        Assert.Contains(place, outcome.Error, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(folder, "*.db"));
    }

    [Theory]
    [InlineData("--k", "0")]
    [InlineData("--k", "9")]
    [InlineData("--labels", "Positive")]
    [InlineData("--select", "best")]
    [InlineData("--address", "nowhere")]
    public async Task Predict_WrongUse_ExitsWith2(string option, string value)
    {
        var demonstrations = await WriteAsync("{\"text\": \"awful\", \"label\": 0}", "{\"text\": \"wonderful\", \"label\": 0}");
        var arguments = new Dictionary<string, string> { ["--k"] = "1", ["--labels"] = "Negative,Positive", ["--text"] = "a great film", [option] = value };

        var outcome = await RunAsync(
            ["predict", "--model", Models.Language, "--encoder", Models.Encoder, "--demos", demonstrations, .. arguments.SelectMany(a => (string[])[a.Key, a.Value])]);

        Assert.Equal(2, outcome.ExitCode);
    }

    private static string[] Task(string demonstrations) =>
        ["predict", "--model", Models.Language, "--encoder", Models.Encoder, "--demos", demonstrations, "--labels", "Negative,Positive"];

    private async Task<string> WriteAsync(params string[] rows)
    {
        var path = Path.Combine(folder, "demonstrations.jsonl");
        await File.WriteAllLinesAsync(path, rows, TestContext.Current.CancellationToken);
        return path;
    }

    private Task<CommandLine.Outcome> RunAsync(params string[] arguments) =>
        CommandLine.RunAsync([.. arguments, "--data-folder", folder], Models.Only);
}
