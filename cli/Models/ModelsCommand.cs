using System.CommandLine;

namespace IclMesh.Cli.Models;

/// <summary><c>iclmesh models</c>: what can be named, what it can do, and whether it computes what it should.</summary>
internal static class ModelsCommand
{
    public static Command Create() => new("models", "List, inspect and verify models.")
    {
        ModelsListCommand.Create(),
        ModelsInspectCommand.Create(),
        ModelsVerifyCommand.Create(),
    };
}
