using System.Diagnostics;
using System.Text.Json;

namespace IclMesh.Bench.Engine;

/// <summary>A process that answers <see cref="EngineRequest"/>s, pinned to the same cores, so that all sides are measured alike.</summary>
internal sealed class WorkerProcess : IDisposable
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);
    private readonly Process process;

    private WorkerProcess(string name, Process process) => (Name, this.process) = (name, process);

    public string Name { get; }

    /// <summary>Starts a worker.</summary>
    /// <param name="name">Shown in tables and errors.</param>
    /// <param name="core">Processor to run on.</param>
    /// <param name="program">Program.</param>
    /// <param name="arguments">Its arguments.</param>
    public static WorkerProcess Start(string name, string core, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo("taskset", ["-c", core, program, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        foreach (var variable in (string[])["OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"])
        {
            start.Environment[variable] = "1";
        }

        // Large blocks go back to the system when they are freed, so that a peak belongs to the operation that made it.
        start.Environment["MALLOC_MMAP_THRESHOLD_"] = "1048576";
        return new(name, Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start"));
    }

    /// <summary>Runs one operation.</summary>
    public Cost Run(EngineRequest request)
    {
        process.StandardInput.WriteLine(JsonSerializer.Serialize(request, Json));
        while (process.StandardOutput.ReadLine() is { } line)
        {
            // Native libraries write to standard output as they like; answers are the lines that are JSON.
            if (line.StartsWith('{'))
            {
                return JsonSerializer.Deserialize<Cost>(line, Json)!;
            }
        }

        throw new InvalidOperationException($"{Name} ended during '{request.Op}'; eng/engine-peers.sh installs the peers");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        process.StandardInput.Close();
        if (!process.WaitForExit(TimeSpan.FromSeconds(10)))
        {
            process.Kill(entireProcessTree: true);
        }

        process.Dispose();
    }
}
