namespace IclMesh.LocalMesh;

/// <summary>What a hosted mesh needs to know.</summary>
public sealed record MeshSettings
{
    /// <summary>Folder of the collections.</summary>
    public required string DataFolder { get; init; }

    /// <summary>Never download a model.</summary>
    public bool Offline { get; init; }

    /// <summary>Port of the gateway; the others follow it. 0 takes free ports.</summary>
    public int Port { get; init; }

    /// <summary>Serve REST and gRPC-Web too, on the port behind the services' or a free one.</summary>
    public bool Http { get; init; }

    /// <summary>Log warnings to standard error.</summary>
    public bool Log { get; init; }

    /// <summary>Port of a service; 0 takes a free one.</summary>
    /// <param name="offset">How far behind the gateway's.</param>
    internal int PortOf(int offset) => Port == 0 ? 0 : Port + offset;

    /// <summary><c>ICLMESH_DATA</c>, else the user's data folder.</summary>
    public static string DefaultDataFolder() =>
        Environment.GetEnvironmentVariable("ICLMESH_DATA") is { Length: > 0 } configured
            ? configured
            : Path.Combine(
                Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify), "iclmesh", "data");
}
