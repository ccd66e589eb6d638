using System.CommandLine;
using IclMesh.Cli.CommandLine;
using IclMesh.Gateway.V1;
using Spectre.Console;

namespace IclMesh.Cli.Predictions;

/// <summary><c>iclmesh predictions</c>: predictions that were kept with <c>predict --keep</c>.</summary>
internal static class PredictionsCommand
{
    public static Command Create() => new("predictions", "List and replay predictions that were kept.") { List(), Replay() };

    private static Command List()
    {
        var mesh = new MeshCommandOptions();
        var task = new Option<string?>("--task") { Description = "Only predictions of this task." };
        var limit = new Option<int>("--limit") { Description = "Most predictions, 1 to 1000.", DefaultValueFactory = _ => 20 };
        var command = new Command("list", "List kept predictions, newest first.") { task, limit };
        mesh.AddTo(command);
        command.SetAction((parsed, cancellationToken) =>
        {
            var terminal = mesh.Terminal(parsed);
            return Failure.GuardAsync(terminal, async () =>
            {
                await using var session = await mesh.OpenAsync(parsed, terminal, [], cancellationToken);
                var page = await session.Gateway.ListPredictionsAsync(
                    new() { Task = parsed.GetValue(task) ?? "", PageSize = parsed.GetValue(limit) }, cancellationToken: cancellationToken);
                if (terminal.IsJson)
                {
                    terminal.WriteMessage(page);
                    return ExitCode.Done;
                }

                var table = new Table().Border(TableBorder.Simple).AddColumns("id", "made", "task", "label", "model");
                foreach (var kept in page.Predictions)
                {
                    table.AddRow(
                        new Text(kept.Id),
                        new Text($"{kept.CreateTime.ToDateTimeOffset():u}"),
                        new Text(kept.Request.Task),
                        new Text(kept.Response.Label),
                        new Text(kept.Response.Model?.Name ?? "none"));
                }

                terminal.Out.Write(table);
                return ExitCode.Done;
            });
        });
        return command;
    }

    private static Command Replay()
    {
        var mesh = new MeshCommandOptions();
        var id = new Argument<string>("id") { Description = "Id of the prediction." };
        var model = new Option<string?>("--model") { Description = "Another language model." };
        var search = new Option<bool>("--search-again") { Description = "Take the demonstrations that a search finds now." };
        var collection = new Option<string?>("--collection") { Description = "With --search-again: another collection, such as a restored snapshot." };
        var command = new Command("replay", "Answer a kept request again and show what is different.") { id, model, search, collection };
        mesh.AddTo(command);
        command.SetAction((parsed, cancellationToken) =>
        {
            var terminal = mesh.Terminal(parsed);
            return Failure.GuardAsync(terminal, async () =>
            {
                await using var session = await mesh.OpenAsync(parsed, terminal, [], cancellationToken);
                var replay = await session.Gateway.ReplayPredictionAsync(
                    new()
                    {
                        Id = parsed.GetRequiredValue(id),
                        Model = parsed.GetValue(model) ?? "",
                        Demonstrations = parsed.GetValue(search) ? ReplayDemonstrations.SearchedAgain : ReplayDemonstrations.Recorded,
                        Collection = parsed.GetValue(collection) ?? "",
                    },
                    cancellationToken: cancellationToken);
                if (terminal.IsJson)
                {
                    terminal.WriteMessage(replay);
                    return ExitCode.Done;
                }

                var difference = replay.Difference;
                terminal.Out.MarkupLineInterpolated($"label {replay.Recorded.Response.Label} then, {replay.Replayed.Label} now");
                terminal.Out.MarkupLineInterpolated($"logits {(difference.SameLogitsHash ? "equal" : "differ")}, largest change of a log-probability {difference.LargestChange:0.000000} nats");
                terminal.Out.MarkupLineInterpolated($"model {(difference.SameModel ? "the same" : "another")}, collection {(difference.SameCollectionVersion ? "unchanged" : "changed")}");
                terminal.Out.MarkupLineInterpolated($"demonstrations: {difference.AddedDemonstrationIds.Count} new, {difference.RemovedDemonstrationIds.Count} gone{(difference.OrderChanged ? ", order changed" : "")}");
                return ExitCode.Done;
            });
        });
        return command;
    }
}
