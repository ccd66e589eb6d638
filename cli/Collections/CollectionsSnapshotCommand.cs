using System.CommandLine;
using IclMesh.Cli.CommandLine;

namespace IclMesh.Cli.Collections;

/// <summary><c>iclmesh collections snapshot</c>.</summary>
internal static class CollectionsSnapshotCommand
{
    public static Command Create()
    {
        var options = new StoreOptions();
        var snapshot = new Argument<string>("snapshot") { Description = "Name of the snapshot." };
        var command = new Command("snapshot", "Keep the present state of a collection under a name.");
        options.AddTo(command);
        command.Arguments.Add(snapshot);
        options.SetAction(command, async (session, parsed, terminal, cancellationToken) =>
        {
            var taken = (await session.Retrieval.CreateSnapshotAsync(
                new() { Collection = parsed.GetRequiredValue(options.Collection), Snapshot = parsed.GetRequiredValue(snapshot) },
                cancellationToken: cancellationToken)).Snapshot;
            if (terminal.IsJson)
            {
                terminal.WriteJson(new { taken.Name, taken.CollectionVersion, taken.DemonstrationCount });
            }
            else
            {
                terminal.Out.WriteLine($"{taken.Name}: {taken.DemonstrationCount} demonstrations at version {taken.CollectionVersion}");
            }
        });
        return command;
    }
}
