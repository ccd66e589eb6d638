namespace IclMesh.ServiceDefaults;

/// <summary>Names under which the mesh speaks to OpenTelemetry.</summary>
public static class MeshTelemetry
{
    /// <summary>Activity sources: ours, the server's and the gRPC client's.</summary>
    public static string[] Sources { get; } = ["IclMesh.*", "Microsoft.AspNetCore", "Grpc.Net.Client"];

    /// <summary>Meters: ours and the server's.</summary>
    public static string[] Meters { get; } = ["IclMesh.*", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel"];

    /// <summary>Whether spans of a source are the mesh's.</summary>
    /// <param name="source">Name of an activity source.</param>
    public static bool Covers(string source) =>
        Sources.Any(name => name.EndsWith('*') ? source.StartsWith(name[..^1], StringComparison.Ordinal) : source == name);
}
