using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace IclMesh.EndToEnd.Tests;

/// <summary><c>iclmesh up</c> as a process of its own.</summary>
public sealed class UpTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly string folder = Path.Combine(Directory.CreateTempSubdirectory("iclmesh-").FullName, "data");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(folder)!, recursive: true);

    [Theory]
    [InlineData("TERM", 100)]
    [InlineData("TERM", 500)]
    [InlineData("INT", 700)]
    [InlineData("TERM", 1000)]
    [InlineData("TERM", 1500)]
    public async Task Up_SignalWhileItStarts_Ends(string signal, int milliseconds)
    {
        using var up = Start();
        await Task.Delay(milliseconds, Token);

        await SignalAsync(up, signal);

        await up.WaitForExitAsync(Token).WaitAsync(Patience, Token);
        Assert.False(File.Exists(Path.Combine(folder, "mesh.json")));
    }

    [Fact]
    public async Task Up_ServesAFolder_OtherCommandsUseIt()
    {
        using var up = Start();
        var addresses = await ReadyAsync(up);

        var tasks = await RunAsync("task", "list", "--json");
        var again = await RunAsync("up", "--port", "0", "--json");
        var export = await RunAsync("collections", "export", "missing", Path.Combine(folder, "x.jsonl"), "--json");
        await SignalAsync(up, "TERM");
        await up.WaitForExitAsync(Token).WaitAsync(Patience, Token);
        var alone = await RunAsync("task", "list", "--json");

        Assert.True(tasks.ExitCode == 0, tasks.Error);
        Assert.Contains(addresses.GetProperty("gateway").GetString()!, tasks.Error, StringComparison.Ordinal);
        Assert.Equal("RESOURCE_EXISTS", again.Json.GetProperty("error").GetProperty("reason").GetString());
        Assert.Contains($"{up.Id}", again.Json.GetProperty("error").GetProperty("message").GetString()!, StringComparison.Ordinal);
        Assert.Equal("RESOURCE_NOT_FOUND", export.Json.GetProperty("error").GetProperty("reason").GetString());
        Assert.True(alone.ExitCode == 0, alone.Error);
        Assert.DoesNotContain("using the mesh", alone.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Up_Killed_LeavesNothingThatHoldsUpTheNextCommand()
    {
        using var up = Start();
        await ReadyAsync(up);
        up.Kill(entireProcessTree: true);
        await up.WaitForExitAsync(Token);
        Assert.True(File.Exists(Path.Combine(folder, "mesh.json")));

        var alone = await RunAsync("task", "list", "--json");

        Assert.True(alone.ExitCode == 0, alone.Error);
        Assert.False(File.Exists(Path.Combine(folder, "mesh.json")));
    }

    [Fact]
    public async Task Up_ItsFolders_AreTheOwnersOnly()
    {
        await RunAsync("task", "list", "--json");

        Assert.Equal(PrivateFiles.OwnFolder, new DirectoryInfo(folder).UnixFileMode);
        Assert.Equal(PrivateFiles.OwnFile, new FileInfo(Path.Combine(folder, "gateway", "gateway.db")).UnixFileMode);
    }

    [Theory]
    [InlineData("predict", "--json")]
    [InlineData("predict", "--json", "--k", "many", "x")]
    [InlineData("nothing", "--json")]
    [InlineData("--json")]
    [InlineData("up", "--port", "none", "--json")]
    public async Task WrongUse_Json_IsOneErrorAndNoHelp(params string[] arguments)
    {
        var outcome = await CommandLine.RunAsync(arguments);

        Assert.Equal(2, outcome.ExitCode);
        Assert.Equal("InvalidArgument", outcome.Json.GetProperty("error").GetProperty("code").GetString());
        Assert.NotEqual("", outcome.Json.GetProperty("error").GetProperty("message").GetString());
        Assert.DoesNotContain("Usage", outcome.Output + outcome.Error, StringComparison.OrdinalIgnoreCase);
    }

    private Process Start()
    {
        // As a terminal starts it: a shell that runs tests in the background has its children ignore the interrupt.
        var program = HostProcess.Program("cli", "iclmesh");
        var start = new ProcessStartInfo("env", ["--default-signal=INT", program.FileName, .. program.ArgumentList, "up", "--port", "0", "--json", "--data-folder", folder])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        return Process.Start(start)!;
    }

    /// <summary>The addresses, once it serves: one JSON document over several lines.</summary>
    private static async Task<JsonElement> ReadyAsync(Process up)
    {
        var text = "";
        while (!text.TrimEnd().EndsWith('}'))
        {
            text += await up.StandardOutput.ReadLineAsync(Token).AsTask().WaitAsync(Patience, Token) ?? throw new InvalidOperationException(await up.StandardError.ReadToEndAsync(Token));
        }

        return JsonDocument.Parse(text).RootElement;
    }

    private static async Task SignalAsync(Process process, string signal)
    {
        using var kill = Process.Start("kill", ["-s", signal, process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync(Token);
    }

    private Task<CommandLine.Outcome> RunAsync(params string[] arguments) => CommandLine.RunAsync([.. arguments, "--data-folder", folder]);
}
