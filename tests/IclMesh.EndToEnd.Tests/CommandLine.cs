using System.Diagnostics;
using System.Text.Json;

namespace IclMesh.EndToEnd.Tests;

/// <summary>Runs <c>iclmesh</c> as a user does.</summary>
internal static class CommandLine
{
    public static async Task<Outcome> RunAsync(IEnumerable<string> arguments, params (string Key, string Value)[] settings)
    {
        var start = HostProcess.Program("cli", "iclmesh");
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        return await RunAsync(start, settings);
    }

    public static async Task<Outcome> RunAsync(ProcessStartInfo start, params (string Key, string Value)[] settings)
    {
        start.RedirectStandardOutput = start.RedirectStandardError = true;
        foreach (var (key, value) in settings)
        {
            start.Environment[key] = value;
        }

        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return new(process.ExitCode, await output, await error);
    }

    internal sealed record Outcome(int ExitCode, string Output, string Error)
    {
        public JsonElement Json => JsonDocument.Parse(Output).RootElement;
    }
}
