using System.Diagnostics;
using System.Text.Json;

namespace IclMesh.Bench.Kernel;

/// <summary>Runs a problem in a Python process of its own; the time is taken inside, so that starting the interpreter does not count.</summary>
internal static class KernelPeer
{
    public static async Task<(double Seconds, double Answer)> RunAsync(string python, string problem, string peer, string folder, CancellationToken cancellationToken)
    {
        var script = Path.Combine(AppContext.BaseDirectory, "Kernel", "peers.py");
        var start = new ProcessStartInfo(python, [script, problem, peer, folder]) { RedirectStandardOutput = true };
        start.Environment["PEER_THREADS"] = $"{Environment.ProcessorCount}";
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{python} did not start");
        var output = await process.StandardOutput.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{peer} failed on {problem} with exit code {process.ExitCode}; eng/kernel-peers.sh installs the peers");
        }

        using var document = JsonDocument.Parse(output);
        return (document.RootElement.GetProperty("seconds").GetDouble(), document.RootElement.GetProperty("answer").GetDouble());
    }
}
