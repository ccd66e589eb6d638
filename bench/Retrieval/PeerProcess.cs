using System.Diagnostics;
using System.Text.Json;

namespace IclMesh.Bench.Retrieval;

/// <summary>Runs peers over the same vectors in the same run, each in a process of its own; see <c>peers/</c>.</summary>
internal static class PeerProcess
{
    /// <summary>Where <c>eng/retrieval-peers.sh</c> installed what comes from npm.</summary>
    public static string Folder { get; } = Find();

    /// <summary>Runs every peer that is installed; says which are not.</summary>
    /// <param name="folder">Holds base.f32 and queries.f32.</param>
    /// <param name="dimension">Components of a vector.</param>
    /// <param name="batch">Queries that are searched at once.</param>
    /// <param name="threads">Threads that a peer may use.</param>
    /// <param name="repetitions">How often to measure.</param>
    public static IEnumerable<PeerResult> Run(string folder, int dimension, int batch, int threads, int repetitions)
    {
        string[] arguments = [folder, $"{dimension}", $"{batch}", $"{threads}", $"{repetitions}"];
        return Run("/usr/bin/python3", Path.Combine(Folder, "faiss_flat.py"), arguments, threads)
            .Concat(Run("node", Path.Combine(Folder, "peers.mjs"), arguments, threads));
    }

    private static PeerResult[] Run(string program, string script, string[] arguments, int threads)
    {
        var start = new ProcessStartInfo(program, [script, .. arguments]) { RedirectStandardOutput = true };
        start.Environment["OMP_NUM_THREADS"] = $"{threads}";
        start.Environment["RAYON_NUM_THREADS"] = $"{threads}";
        start.Environment["LANCE_CPU_THREADS"] = $"{threads}";
        start.Environment["TOKIO_WORKER_THREADS"] = $"{threads}";
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{Path.GetFileName(script)} ended with {process.ExitCode}; eng/retrieval-peers.sh installs what it needs");
        }

        using var json = JsonDocument.Parse(output);
        return [.. json.RootElement.EnumerateArray().Select(peer => new PeerResult(
            peer.GetProperty("name").GetString()!,
            Measurement.Of([.. peer.GetProperty("seconds").EnumerateArray().Select(time => time.GetDouble())]),
            [.. peer.GetProperty("ids").EnumerateArray().Select(list => list.EnumerateArray().Select(id => id.GetInt32()).ToArray())]))];
    }

    private static string Find()
    {
        // The sources, because npm installs beside them.
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "IclMesh.sln")))
        {
            folder = folder.Parent;
        }

        return Path.Combine(folder?.FullName ?? Environment.CurrentDirectory, "bench", "Retrieval", "peers");
    }
}
