using System.CommandLine;
using IclMesh.Cli.CommandLine;
using IclMesh.Retrieval.V1;

namespace IclMesh.Cli.Collections;

/// <summary><c>iclmesh collections export</c>.</summary>
internal static class CollectionsExportCommand
{
    private const int PageSize = 1000;

    public static Command Create()
    {
        var options = new StoreOptions();
        var file = new Argument<FileInfo>("file") { Description = "JSON Lines file to write." };
        var filter = new Option<string>("--filter") { Description = "Only demonstrations that pass, for example: label == \"positive\".", DefaultValueFactory = _ => "" };
        var command = new Command("export", "Write a collection's demonstrations, by id, as JSON Lines.");
        options.AddTo(command);
        command.Arguments.Add(file);
        command.Options.Add(filter);
        options.SetAction(command, async (session, parsed, terminal, cancellationToken) =>
        {
            var name = parsed.GetRequiredValue(options.Collection);
            var collection = (await session.Retrieval.GetCollectionAsync(new() { Name = name }, cancellationToken: cancellationToken)).Collection;
            var request = new ListDemonstrationsRequest { Collection = name, PageSize = PageSize, Filter = parsed.GetRequiredValue(filter) };
            var target = parsed.GetRequiredValue(file);
            var rows = await terminal.ProgressAsync($"exporting {name}", collection.DemonstrationCount, async advance =>
            {
                await using var writer = new StreamWriter(target.FullName);
                var written = 0L;
                do
                {
                    var page = await session.Retrieval.ListDemonstrationsAsync(request, cancellationToken: cancellationToken);
                    foreach (var demonstration in page.Demonstrations)
                    {
                        await writer.WriteLineAsync(DemonstrationFile.Write(demonstration));
                    }

                    written += page.Demonstrations.Count;
                    advance(page.Demonstrations.Count);
                    request.PageToken = page.NextPageToken;
                }
                while (request.PageToken.Length > 0);
                return written;
            });
            if (terminal.IsJson)
            {
                terminal.WriteJson(new { Collection = name, File = target.FullName, Rows = rows });
            }
            else
            {
                terminal.Out.WriteLine($"{rows} demonstrations written to {target.FullName}");
            }
        });
        return command;
    }
}
