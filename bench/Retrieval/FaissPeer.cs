using System.Diagnostics;
using System.Text.Json;

namespace IclMesh.Bench.Retrieval;

/// <summary>Runs FAISS and USearch over the same vectors in the same run; see <c>peers.py</c>.</summary>
internal static class FaissPeer
{
    /// <summary>What a peer did.</summary>
    /// <param name="Name">The peer.</param>
    /// <param name="Times">Time of each repetition.</param>
    /// <param name="Ids">Ids found in the first repetition, one list a query.</param>
    public sealed record Result(string Name, Measurement Times, int[][] Ids);

    /// <summary>Runs the peers that are installed.</summary>
    /// <param name="folder">Holds base.f32 and queries.f32.</param>
    /// <param name="dimension">Components of a vector.</param>
    /// <param name="batch">Queries that are searched at once.</param>
    /// <param name="threads">Threads that a peer may use.</param>
    /// <param name="repetitions">How often to measure.</param>
    public static IReadOnlyList<Result> Run(string folder, int dimension, int batch, int threads, int repetitions)
    {
        var start = new ProcessStartInfo("/usr/bin/python3") { RedirectStandardOutput = true };
        foreach (var argument in (string[])
            [Path.Combine(AppContext.BaseDirectory, "Retrieval", "peers.py"), folder, $"{dimension}", $"{batch}", $"{threads}", $"{repetitions}"])
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["OMP_NUM_THREADS"] = $"{threads}";
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"peers.py ended with {process.ExitCode}; it needs python3-faiss and python3-numpy");
        }

        using var json = JsonDocument.Parse(output);
        return [.. json.RootElement.EnumerateArray().Select(peer => new Result(
            peer.GetProperty("name").GetString()!,
            Measurement.Of([.. peer.GetProperty("seconds").EnumerateArray().Select(time => time.GetDouble())]),
            [.. peer.GetProperty("ids").EnumerateArray().Select(list => list.EnumerateArray().Select(id => id.GetInt32()).ToArray())]))];
    }
}
