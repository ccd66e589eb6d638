using System.CommandLine;
using IclMesh.Cli.CommandLine;
using IclMesh.Gateway.V1;
using Spectre.Console;

namespace IclMesh.Cli.Prompt;

/// <summary><c>iclmesh prompt</c>: the best prompt within a token budget, for any language model.</summary>
internal static class PromptCommand
{
    public static Command Create()
    {
        var mesh = new MeshCommandOptions();
        var task = new Option<string?>("--task") { Description = "Task that gives what the other options leave out." };
        var collection = new Option<string?>("--collection") { Description = "Collection to take demonstrations from." };
        var encoder = new Option<string?>("--encoder") { Description = "The collection's sentence encoder." };
        var tokenizer = new Option<string?>("--tokenizer") { Description = "Model whose tokenizer counts." };
        var budget = new Option<int?>("--max-prompt-tokens") { Description = "Token budget; whole demonstrations are dropped to keep it." };
        var k = new Option<int?>("--k") { Description = "Demonstrations wanted. Default: 8." };
        var chat = new Option<bool>("--chat") { Description = "Write messages instead of one text." };
        var overhead = new Option<int>("--tokens-per-message") { Description = "With --chat: tokens that the model's template adds to each message.", DefaultValueFactory = _ => 0 };
        var input = new Argument<string>("input") { Description = "The text to be labelled." };
        var command = new Command("prompt", "Write a prompt with the best demonstrations within a token budget, for any language model.")
        {
            input, task, collection, encoder, tokenizer, budget, k, chat, overhead,
        };
        mesh.AddTo(command);
        command.SetAction((parsed, cancellationToken) =>
        {
            var terminal = mesh.Terminal(parsed);
            return Failure.GuardAsync(terminal, async () =>
            {
                await using var session = await mesh.OpenAsync(parsed, terminal, [], cancellationToken);
                var request = new BuildPromptRequest
                {
                    Input = parsed.GetRequiredValue(input),
                    Task = parsed.GetValue(task) ?? "",
                    Collection = parsed.GetValue(collection) ?? "",
                    Encoder = parsed.GetValue(encoder) ?? "",
                    Tokenizer = parsed.GetValue(tokenizer) ?? "",
                    Form = parsed.GetValue(chat) ? PromptForm.Chat : PromptForm.Completion,
                    TokensPerMessage = parsed.GetValue(overhead),
                };
                if (parsed.GetValue(budget) is { } most)
                {
                    request.MaxPromptTokens = most;
                }

                if (parsed.GetValue(k) is { } count)
                {
                    request.Selection = new() { K = count };
                }

                Show(terminal, await session.Gateway.BuildPromptAsync(request, cancellationToken: cancellationToken));
                return ExitCode.Done;
            });
        });
        return command;
    }

    private static void Show(Terminal terminal, BuildPromptResponse built)
    {
        if (terminal.IsJson)
        {
            terminal.WriteMessage(built);
            return;
        }

        // The prompt alone goes to standard output, so that it can be piped into another program.
        terminal.WriteDocument(built.Messages.Count == 0 ? built.Prompt : string.Concat(built.Messages.Select(message => $"{message.Role}: {message.Content}\n")));
        terminal.Error.WriteLine();
        terminal.Error.MarkupLineInterpolated($"{built.TokenCount} tokens by {built.Tokenizer.Name}, {built.Demonstrations.Count} demonstrations");
        foreach (var dropped in built.Dropped)
        {
            terminal.Error.MarkupLineInterpolated($"[yellow]left out[/] {dropped.Id}: {dropped.Reason}");
        }
    }
}
