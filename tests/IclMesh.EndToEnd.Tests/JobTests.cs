using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace IclMesh.EndToEnd.Tests;

/// <summary>Analyses as jobs, with the embedded models and texts made of a few words.</summary>
public sealed partial class JobTests : IDisposable
{
    private static readonly string[] Good = ["lovely", "warm", "funny", "moving", "brilliant", "charming"];
    private static readonly string[] Bad = ["dull", "boring", "lifeless", "awful", "clumsy", "tedious"];
    private static readonly string[] Things = ["film", "story", "script", "acting", "ending", "music"];

    private readonly string folder = Directory.CreateTempSubdirectory("iclmesh-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Attention_SmallStudy_ReportsEveryExperiment()
    {
        var (demonstrations, rows) = (Write("demos.jsonl", 60), Write("rows.jsonl", 24));
        var report = Path.Combine(folder, "report");

        var result = (await Succeeds("attention", demonstrations, rows, "--k", "4", "--alignment-prompts", "8", "--similarity-prompts", "8", "--probe-prompts", "6", "--out", report, "--json")).Json;

        Assert.Equal(4, result.GetProperty("layers").GetInt32());
        Assert.Equal(5, result.GetProperty("e2").GetProperty("poolings").EnumerateObject().Count());
        Assert.Equal(8, result.GetProperty("e1").GetProperty("prompts").GetInt32());
        Assert.Equal(8 * 4, result.GetProperty("e3").GetProperty("pairs").GetInt32());
        Assert.Equal(6 * 4, result.GetProperty("e4").GetProperty("demonstrations").GetInt32());
        Assert.InRange(result.GetProperty("e5").GetProperty("bestHead").GetProperty("view").GetProperty("agreement").GetProperty("value").GetDouble(), 0.5, 1);
        Assert.Equal(8, result.GetProperty("conditions").EnumerateObject().Count());

        var page = await File.ReadAllTextAsync(Path.Combine(report, "report.html"), TestContext.Current.CancellationToken);
        Assert.DoesNotContain("src=\"http", page, StringComparison.Ordinal);
        Assert.True(new FileInfo(Path.Combine(report, "e2-label-agreement.png")).Length > 1000);
        Assert.True(new FileInfo(Path.Combine(report, "e2-label-agreement-dark.png")).Length > 1000);
    }

    [Fact]
    public async Task InfluencePracticeEvaluation_SmallStudies_Succeed()
    {
        var (demonstrations, rows) = (Write("demos.jsonl", 60), Write("rows.jsonl", 24));

        var influence = (await Succeeds("influence", demonstrations, rows, "--k", "3", "--prompts", "8", "--json")).Json;
        var practice = (await Succeeds("practice", demonstrations, rows, "--k", "4", "--counts", "0", "2", "--noise", "1", "--orders", "1", "--order-search", "3", "--anchors", "12", "--json")).Json;
        var evaluation = (await Succeeds("evaluation", demonstrations, rows, "--k", "4", "--neighbours", "8", "--json")).Json;

        Assert.Equal(8 * 3, influence.GetProperty("demonstrations").GetInt32());
        Assert.Equal(8 * 3, influence.GetProperty("effects").GetArrayLength());
        Assert.InRange(influence.GetProperty("estimates").GetProperty("mixture").GetProperty("pearson").GetProperty("value").GetDouble(), -1, 1);
        Assert.Equal(
            ["k.0", "k.2", "strategy.random", "strategy.similar", "strategy.mmr", "strategy.dpp", "noise.1", "order.1"],
            practice.GetProperty("conditions").EnumerateObject().Select(condition => condition.Name));
        Assert.InRange(practice.GetProperty("calibration").GetProperty("prior")[0].GetProperty("probability").GetDouble(), 0, 1);
        Assert.Equal(3, practice.GetProperty("orderSearch").GetProperty("orders").GetArrayLength());
        Assert.Equal(12, practice.GetProperty("neighbourPrompting").GetProperty("anchors").GetInt32());
        Assert.Equal(12, practice.GetProperty("neighbourPrompting").GetProperty("neighbourPrompting").GetProperty("rows").GetInt32());
        Assert.InRange(evaluation.GetProperty("cascade").GetProperty("chosen").GetProperty("promptTokens").GetDouble(), 0, evaluation.GetProperty("cascade").GetProperty("modelTokens").GetDouble());
        Assert.True(evaluation.GetProperty("latency").GetProperty("model").GetProperty("median").GetDouble() > 0);
        Assert.Equal(21, evaluation.GetProperty("pool").GetProperty("curve").GetArrayLength());
        Assert.InRange(evaluation.GetProperty("cascade").GetProperty("chosen").GetProperty("kernelShare").GetDouble(), 0, 1);
    }

    [Fact]
    public async Task Job_KilledInTheMiddle_GoesOnToTheSameResult()
    {
        var (demonstrations, rows) = (Write("demos.jsonl", 60), Write("rows.jsonl", 1500));
        var whole = await Succeeds("evaluation", demonstrations, rows, "--job", "whole", "--json");

        await KillOnceRecordingAsync([.. Arguments("evaluation", demonstrations, rows, "--job", "killed", "--json")]);
        var resumed = await Succeeds("evaluation", demonstrations, rows, "--job", "killed", "--json");
        var job = (await RunAsync(["jobs", "get", "killed", "--json", .. Common()])).Json[0];

        Assert.Equal(2, job.GetProperty("attempts").GetInt32());
        Assert.Equal(WithoutTimes(whole), WithoutTimes(resumed));
    }

    /// <summary>A result without the times that it measured.</summary>
    private static string WithoutTimes(CommandLine.Outcome outcome)
    {
        var result = JsonNode.Parse(outcome.Output)!.AsObject();
        Assert.True(result.Remove("latency"));
        return result.ToJsonString();
    }

    /// <summary>Starts a command and kills it as soon as it says that a part of its job is recorded.</summary>
    private static async Task KillOnceRecordingAsync(string[] arguments)
    {
        var start = HostProcess.Program("cli", "iclmesh");
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var (key, value) in Settings())
        {
            start.Environment[key] = value;
        }

        start.RedirectStandardOutput = start.RedirectStandardError = true;
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        while (await process.StandardError.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
        {
            if (Recording().IsMatch(line))
            {
                break;
            }
        }

        process.Kill();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal("", await output);
    }

    [GeneratedRegex(@"^killed: +[1-9]\d?%")]
    private static partial Regex Recording();

    private static (string Key, string Value)[] Settings() => [.. Models.Only, ("Gateway__Jobs__Lease", "00:00:01"), ("Gateway__Jobs__PollInterval", "00:00:00.050")];

    private async Task<CommandLine.Outcome> Succeeds(string analysis, string demonstrations, string rows, params string[] options)
    {
        var outcome = await RunAsync(Arguments(analysis, demonstrations, rows, options));
        Assert.True(outcome.ExitCode == 0, outcome.Error + outcome.Output);
        return outcome;
    }

    private static Task<CommandLine.Outcome> RunAsync(IEnumerable<string> arguments) => CommandLine.RunAsync(arguments, Settings());

    private IEnumerable<string> Arguments(string analysis, string demonstrations, string rows, params string[] options) =>
    [
        "analyze", analysis, "--model", Models.Language, "--encoder", Models.Encoder, "--demos", demonstrations, "--data", rows, "--labels", "Bad,Good",
        .. options, .. Common(),
    ];

    private string[] Common() => ["--data-folder", Path.Combine(folder, "data"), "--offline"];

    private string Write(string name, int count)
    {
        var path = Path.Combine(folder, name);
        var lines = Enumerable.Range(0, count).Select(i =>
        {
            var words = i % 2 == 0 ? Bad : Good;
            var text = $"{(name.StartsWith('d') ? "the" : "a")} {words[i / 2 % words.Length]} {Things[i / 12 % Things.Length]} number {i}";
            return JsonSerializer.Serialize(new { text, label = i % 2 == 0 ? "Bad" : "Good" });
        });
        File.WriteAllLines(path, lines);
        return path;
    }
}
