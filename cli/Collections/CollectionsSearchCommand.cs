using System.CommandLine;
using Google.Protobuf;
using IclMesh.Cli.CommandLine;
using IclMesh.Retrieval.V1;
using Spectre.Console;

namespace IclMesh.Cli.Collections;

/// <summary><c>iclmesh collections search</c>.</summary>
internal static class CollectionsSearchCommand
{
    public static Command Create()
    {
        var options = new StoreOptions();
        var text = new Option<string>("--text") { Description = "The query.", Required = true };
        var k = new Option<int>("--k") { Description = "Demonstrations wanted.", DefaultValueFactory = _ => 8 };
        var strategy = new Option<SelectionStrategy>("--select") { Description = "How they are chosen.", DefaultValueFactory = _ => SelectionStrategy.Similar };
        var mode = new Option<SearchMode>("--mode") { Description = "What makes one relevant.", DefaultValueFactory = _ => SearchMode.Vector };
        var filter = new Option<string>("--filter") { Description = "Only demonstrations that pass.", DefaultValueFactory = _ => "" };
        var seed = new Option<ulong>("--seed") { Description = "Seed of random choices.", DefaultValueFactory = _ => 1 };
        var command = new Command("search", "Find demonstrations for a text, and say why each was chosen or refused.") { text, k, strategy, mode, filter, seed };
        options.AddTo(command);
        options.SetAction(command, async (session, parsed, terminal, cancellationToken) =>
        {
            var name = parsed.GetRequiredValue(options.Collection);
            var collection = (await session.Retrieval.GetCollectionAsync(new() { Name = name }, cancellationToken: cancellationToken)).Collection;
            var embedded = await session.Inference.EmbedAsync(
                new() { Model = collection.EmbeddingModel, Texts = { parsed.GetRequiredValue(text) } }, cancellationToken: cancellationToken);
            var answer = await session.Retrieval.SearchAsync(
                new()
                {
                    Collection = name,
                    Text = parsed.GetRequiredValue(text),
                    Vector = ByteString.CopyFrom(embedded.Embeddings.Values.Span),
                    EmbeddingModel = embedded.Model.Name,
                    EmbeddingModelVersion = embedded.Model.Version,
                    K = parsed.GetValue(k),
                    Strategy = parsed.GetValue(strategy),
                    Mode = parsed.GetValue(mode),
                    Filter = parsed.GetRequiredValue(filter),
                    Seed = parsed.GetValue(seed),
                    Order = DemonstrationOrder.SimilarFirst,
                },
                cancellationToken: cancellationToken);
            Show(terminal, answer);
        });
        return command;
    }

    private static void Show(Terminal terminal, SearchResponse answer)
    {
        if (terminal.IsJson)
        {
            terminal.WriteJson(new
            {
                Hits = answer.Hits.Select(hit => new { hit.Demonstration.Id, hit.Demonstration.Text, hit.Demonstration.Label, hit.Similarity, hit.SimilarityRank, hit.Reason }),
                Rejections = answer.Rejections.Select(rejection => new { rejection.Id, rejection.Reason, rejection.Similarity }),
                answer.Exact,
                answer.FilterStarved,
                Recall = answer.RecallEstimate is { } known ? new { known.Recall, known.Lower, known.Upper, known.CheckedSearches } : null,
                answer.RowsVisited,
                answer.RowsRescored,
                Milliseconds = answer.Duration.ToTimeSpan().TotalMilliseconds,
            });
            return;
        }

        var table = new Table().Border(TableBorder.Simple).AddColumns("similarity", "label", "text", "reason");
        foreach (var hit in answer.Hits)
        {
            table.AddRow($"{hit.Similarity:0.0000}", Markup.Escape(hit.Demonstration.Label), Markup.Escape(hit.Demonstration.Text), Markup.Escape(hit.Reason));
        }

        foreach (var rejection in answer.Rejections)
        {
            table.AddRow($"{rejection.Similarity:0.0000}", "", Markup.Escape(rejection.Id), Markup.Escape($"refused: {rejection.Reason}"));
        }

        terminal.Out.Write(table);
        if (answer.FilterStarved)
        {
            terminal.Out.WriteLine($"the filter starved the index{(answer.Exact ? "; a scan gave the answer" : ": more demonstrations pass it than were found")}");
        }

        if (answer.RecallEstimate is { } estimate)
        {
            terminal.Out.WriteLine($"recall of such searches: {estimate.Recall:0.000} ({estimate.Lower:0.000} to {estimate.Upper:0.000}, {estimate.CheckedSearches} checked)");
        }

        terminal.Out.WriteLine($"exact: {answer.Exact}, {answer.RowsVisited} rows visited, {answer.RowsRescored} rescored, {answer.Duration.ToTimeSpan().TotalMilliseconds:0.0} ms");
    }
}
