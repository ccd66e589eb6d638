using System.CommandLine;
using System.Runtime.CompilerServices;
using IclMesh.Cli.Mesh;
using IclMesh.Retrieval.V1;
using Spectre.Console;

namespace IclMesh.Cli.Collections;

/// <summary><c>iclmesh collections export</c>.</summary>
internal static class CollectionsExportCommand
{
    private const int PageSize = 1000;

    public static Command Create()
    {
        var options = new StoreOptions();
        var file = new Argument<FileInfo>("file") { Description = $"File to write: {DemonstrationFormats.Description}." };
        var filter = new Option<string>("--filter") { Description = "Only demonstrations that pass, for example: label == \"positive\".", DefaultValueFactory = _ => "" };
        var vectors = new Option<bool>("--vectors") { Description = "Write vectors and their encoder too, so that an import need not compute them." };
        var command = new Command("export", "Write a collection's demonstrations, by id, as JSON Lines or Parquet.");
        options.AddTo(command);
        command.Arguments.Add(file);
        command.Options.Add(filter);
        command.Options.Add(vectors);
        options.SetAction(command, async (session, parsed, terminal, cancellationToken) =>
        {
            var name = parsed.GetRequiredValue(options.Collection);
            var collection = (await session.Retrieval.GetCollectionAsync(new() { Name = name }, cancellationToken: cancellationToken)).Collection;
            var request = new ListDemonstrationsRequest
            {
                Collection = name,
                PageSize = PageSize,
                Filter = parsed.GetRequiredValue(filter),
                IncludeVectors = parsed.GetValue(vectors),
            };
            var target = parsed.GetRequiredValue(file);
            var rows = await terminal.ProgressAsync($"exporting {name}", collection.DemonstrationCount, advance => DemonstrationFormats.Of(target)
                .WriteAsync(target, PagesAsync(session, collection, request, advance, cancellationToken), cancellationToken));
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

    private static async IAsyncEnumerable<IReadOnlyList<DemonstrationRow>> PagesAsync(
        MeshSession session,
        Collection collection,
        ListDemonstrationsRequest request,
        Action<double> advance,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        do
        {
            var page = await session.Retrieval.ListDemonstrationsAsync(request, cancellationToken: cancellationToken);
            yield return [.. page.Demonstrations.Select(row => new DemonstrationRow(row, collection.EmbeddingModel, collection.EmbeddingModelVersion))];
            advance(page.Demonstrations.Count);
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);
    }
}
