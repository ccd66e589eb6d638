using System.CommandLine;

namespace IclMesh.Cli.Kernel;

/// <summary><c>iclmesh kernel</c>: whether the kernel service computes what it should.</summary>
internal static class KernelCommand
{
    public static Command Create() => new("kernel", "Verify the kernel service.")
    {
        KernelVerifyCommand.Create(),
    };
}
