using System.CommandLine;
using IclMesh.Retrieval.V1;
using Spectre.Console;

namespace IclMesh.Cli.Collections;

/// <summary><c>iclmesh collections measure</c>: what retrieval and audit are worth on a collection.</summary>
internal static class CollectionsMeasureCommand
{
    private const int PageSize = 1000;

    public static Command Create()
    {
        var options = new StoreOptions();
        var split = new Option<string>("--split") { Description = "Split of the demonstrations.", DefaultValueFactory = _ => "train" };
        var queries = new Option<string>("--queries") { Description = "Split of the labelled queries.", DefaultValueFactory = _ => "validation" };
        var limit = new Option<int>("--limit") { Description = "Most queries.", DefaultValueFactory = _ => 1000 };
        var k = new Option<int>("--k") { Description = "Demonstrations a query.", DefaultValueFactory = _ => 8 };
        var flip = new Option<double>("--flip") { Description = "Share of labels made wrong before the audit.", DefaultValueFactory = _ => 0.05 };
        var flags = new Option<int>("--flags") { Description = "First flags of the audit that are looked at.", DefaultValueFactory = _ => 100 };
        var seed = new Option<int>("--seed") { Description = "Seed of random demonstrations and wrong labels.", DefaultValueFactory = _ => 1 };
        var command = new Command("measure", "Measure how often retrieved demonstrations have the query's label, and how precisely an audit finds wrong labels.")
        {
            split, queries, limit, k, flip, flags, seed,
        };
        options.AddTo(command);
        options.SetAction(command, async (session, parsed, terminal, cancellationToken) =>
        {
            var store = session.Retrieval;
            var name = parsed.GetRequiredValue(options.Collection);
            var collection = (await store.GetCollectionAsync(new() { Name = name }, cancellationToken: cancellationToken)).Collection;
            var demonstrations = await RowsAsync(store, name, parsed.GetRequiredValue(split), int.MaxValue, cancellationToken);
            var asked = await RowsAsync(store, name, parsed.GetRequiredValue(queries), parsed.GetValue(limit), cancellationToken);
            if (asked.Count < 2 || demonstrations.Count < 2)
            {
                throw MeshException.Invalid("collection", $"needs two rows of each split, has {demonstrations.Count} demonstrations and {asked.Count} queries");
            }

            var agreement = await terminal.StatusAsync("searching", () => NeighbourAgreement.MeasureAsync(
                store, collection, asked, parsed.GetRequiredValue(split), parsed.GetValue(k), (ulong)parsed.GetValue(seed), cancellationToken));
            var noise = await terminal.StatusAsync("auditing", () => LabelNoise.MeasureAsync(
                store, collection, demonstrations, parsed.GetValue(flip), parsed.GetValue(flags), parsed.GetValue(seed), cancellationToken));
            Show(terminal, collection, agreement, noise);
        });
        return command;
    }

    private static void Show(CommandLine.Terminal terminal, Collection collection, NeighbourAgreement agreement, LabelNoise noise)
    {
        if (terminal.IsJson)
        {
            terminal.WriteJson(new { Collection = collection.Name, collection.EmbeddingModel, Agreement = agreement, Noise = noise });
            return;
        }

        terminal.Out.Write(new Table().Border(TableBorder.Simple).Title($"Label agreement, {agreement.Queries} queries, {collection.EmbeddingModel} (95 % intervals)")
            .AddColumns("similar", "random", "difference")
            .AddRow($"{agreement.Similar}", $"{agreement.Random}", $"{agreement.Difference}"));
        terminal.Out.Write(new Table().Border(TableBorder.Simple).Title($"{noise.Flipped} of {noise.Rows} labels made wrong; precision of the first {noise.Flags} flags")
            .AddColumns("audit", "disagreement of the ten nearest", "by chance")
            .AddRow($"{noise.Audit:0.00}", $"{noise.Baseline:0.00}", $"{noise.Flipped / (double)noise.Rows:0.00}"));
    }

    private static async Task<List<Demonstration>> RowsAsync(
        RetrievalService.RetrievalServiceClient store, string collection, string split, int limit, CancellationToken cancellationToken)
    {
        var request = new ListDemonstrationsRequest { Collection = collection, PageSize = PageSize, Filter = $"split == \"{split}\"", IncludeVectors = true };
        var rows = new List<Demonstration>();
        do
        {
            var page = await store.ListDemonstrationsAsync(request, cancellationToken: cancellationToken);
            rows.AddRange(page.Demonstrations.Take(limit - rows.Count));
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0 && rows.Count < limit);
        return rows;
    }
}
