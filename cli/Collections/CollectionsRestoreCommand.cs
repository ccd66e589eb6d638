using System.CommandLine;
using IclMesh.Cli.CommandLine;

namespace IclMesh.Cli.Collections;

/// <summary><c>iclmesh collections restore</c>.</summary>
internal static class CollectionsRestoreCommand
{
    public static Command Create()
    {
        var options = new StoreOptions();
        var snapshot = new Argument<string>("snapshot") { Description = "Name of the snapshot." };
        var target = new Argument<string>("target") { Description = "Name of the new collection." };
        var command = new Command("restore", "Make a new collection of a snapshot.");
        options.AddTo(command);
        command.Arguments.Add(snapshot);
        command.Arguments.Add(target);
        options.SetAction(command, async (session, parsed, terminal, cancellationToken) =>
        {
            var restored = (await session.Retrieval.RestoreSnapshotAsync(
                new()
                {
                    Collection = parsed.GetRequiredValue(options.Collection),
                    Snapshot = parsed.GetRequiredValue(snapshot),
                    Target = parsed.GetRequiredValue(target),
                },
                cancellationToken: cancellationToken)).Collection;
            if (terminal.IsJson)
            {
                terminal.WriteJson(new { restored.Name, restored.Version, restored.DemonstrationCount });
            }
            else
            {
                terminal.Out.WriteLine($"{restored.Name}: {restored.DemonstrationCount} demonstrations at version {restored.Version}");
            }
        });
        return command;
    }
}
