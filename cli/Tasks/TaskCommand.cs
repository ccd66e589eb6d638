using System.CommandLine;

namespace IclMesh.Cli.Tasks;

/// <summary><c>iclmesh task</c>: what a prediction needs to know, under one name.</summary>
internal static class TaskCommand
{
    public static Command Create() => new("task", "Create, read, change, check, import and export tasks.")
    {
        TaskWriteCommands.Create(),
        TaskWriteCommands.Update(),
        TaskWriteCommands.Import(),
        TaskWriteCommands.Validate(),
        TaskReadCommands.Get(),
        TaskReadCommands.Export(),
        TaskReadCommands.List(),
        TaskReadCommands.Delete(),
    };
}
