using System.CommandLine;

namespace IclMesh.Cli.Collections;

/// <summary><c>iclmesh collections</c>: what the retrieval service keeps.</summary>
internal static class CollectionsCommand
{
    public static Command Create() => new("collections", "Import, export, search, audit, measure, snapshot and restore collections.")
    {
        CollectionsImportCommand.Create(),
        CollectionsExportCommand.Create(),
        CollectionsSearchCommand.Create(),
        CollectionsAuditCommand.Create(),
        CollectionsMeasureCommand.Create(),
        CollectionsSnapshotCommand.Create(),
        CollectionsRestoreCommand.Create(),
    };
}
