namespace IclMesh.EndToEnd.Tests;

/// <summary>The four services, each in a process of its own.</summary>
internal sealed class MeshProcesses : IAsyncDisposable
{
    private readonly List<HostProcess> hosts = [];
    private readonly string folder = Directory.CreateTempSubdirectory("iclmesh-").FullName;

    public string Gateway => hosts[^1].Address;

    /// <summary>The gateway's address for REST.</summary>
    public string Http { get; private set; } = "";

    /// <summary>Starts all four. A slow machine must not turn a late explanation into a partial answer: these tests look at explanations.</summary>
    /// <param name="settings">Environment variables for all four.</param>
    public static async Task<MeshProcesses> StartAsync(params (string Key, string Value)[] settings)
    {
        var mesh = new MeshProcesses();
        try
        {
            var inference = await mesh.AddAsync("services/inference/IclMesh.Inference", settings);
            var retrieval = await mesh.AddAsync("services/retrieval/IclMesh.Retrieval", [.. settings, ("Retrieval__Folder", mesh.folder)]);
            var kernel = await mesh.AddAsync("services/kernel/IclMesh.Kernel", settings);
            await mesh.AddAsync(
                "gateway/IclMesh.Gateway",
                [.. settings, ("Gateway__Store__Folder", Path.Combine(mesh.folder, "gateway")), ("Gateway__Http__Url", mesh.Http = HostProcess.FreeAddress()), ("Gateway__ExplanationTimeout", "00:01:00"), ("Mesh__inference", inference), ("Mesh__retrieval", retrieval), ("Mesh__kernel", kernel)]);
            return mesh;
        }
        catch
        {
            await mesh.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var host in hosts)
        {
            await host.DisposeAsync();
        }

        Directory.Delete(folder, recursive: true);
    }

    private async Task<string> AddAsync(string project, IEnumerable<(string Key, string Value)> settings)
    {
        var host = await HostProcess.StartAsync(project, settings);
        hosts.Add(host);
        return host.Address;
    }
}
