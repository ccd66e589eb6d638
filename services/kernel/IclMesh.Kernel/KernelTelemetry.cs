using System.Diagnostics.Metrics;

namespace IclMesh.Kernel;

/// <summary>Names of the kernel service's spans, instruments and tags.</summary>
internal static class KernelTelemetry
{
    public const string EffectiveCount = "iclmesh.kernel.effective_n";
    public const string Agreement = "iclmesh.agreement";
    public const string Demonstrations = "iclmesh.demo.count";
    public const string Weights = "iclmesh.demo.weights";
    public const string Name = "iclmesh.kernel.name";

    public static Meter Meter { get; } = new("IclMesh.Kernel");

    public static Counter<long> MultiplyAdds { get; } =
        Meter.CreateCounter<long>("iclmesh.kernel.multiply_adds", "{operation}", "Multiply-adds of the calls that were admitted");
}
