using System.Diagnostics;
using System.Text.Json;

namespace IclMesh.Bench.Retrieval;

/// <summary>Runs peers of other languages over the same vectors in the same run: <c>peers.py</c> and <c>peers.mjs</c>.</summary>
internal static class PeerScript
{
    /// <summary>Runs a script.</summary>
    /// <param name="program">What runs it.</param>
    /// <param name="script">Its file name.</param>
    /// <param name="threads">Threads that a peer may use.</param>
    /// <param name="arguments">What the script is told.</param>
    public static IReadOnlyList<PeerResult> Run(string program, string script, int threads, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, [Path.Combine(AppContext.BaseDirectory, "Retrieval", script), .. arguments]) { RedirectStandardOutput = true };
        start.Environment["OMP_NUM_THREADS"] = $"{threads}";
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{script} ended with {process.ExitCode}; eng/retrieval-peers.sh installs what it needs");
        }

        using var json = JsonDocument.Parse(output);
        return [.. json.RootElement.EnumerateArray().Select(peer => new PeerResult(
            peer.GetProperty("name").GetString()!,
            Measurement.Of([.. peer.GetProperty("seconds").EnumerateArray().Select(time => time.GetDouble())]),
            [.. peer.GetProperty("ids").EnumerateArray().Select(list => list.EnumerateArray().Select(id => id.GetInt32()).ToArray())]))];
    }
}
