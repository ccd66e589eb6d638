namespace IclMesh.ServiceDefaults;

/// <summary>Names under which the mesh speaks to OpenTelemetry.</summary>
public static class MeshTelemetry
{
    /// <summary>Activity sources: ours, the server's and the gRPC client's.</summary>
    public static string[] Sources { get; } = ["IclMesh.*", "Microsoft.AspNetCore", "Grpc.Net.Client"];

    /// <summary>Meters: ours and the server's.</summary>
    public static string[] Meters { get; } = ["IclMesh.*", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel"];
}
