using System.CommandLine;

namespace IclMesh.Cli.Kernel;

/// <summary><c>iclmesh kernel</c>: verification of the kernel service, and head scans.</summary>
internal static class KernelCommand
{
    public static Command Create() => new("kernel", "Verify the kernel service; scan a model's heads.")
    {
        KernelVerifyCommand.Create(),
        KernelScanCommand.Create(),
    };
}
