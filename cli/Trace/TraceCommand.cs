using System.CommandLine;
using IclMesh.Cli.CommandLine;
using IclMesh.Cli.Models;
using IclMesh.Inference.Core.Capturing;
using IclMesh.Inference.Core.Models;
using IclMesh.Inference.Core.Scheduling;
using IclMesh.Inference.Engine;
using IclMesh.Inference.ModelFiles.Hub;
using IclMesh.Inference.ModelFiles.Opening;
using Spectre.Console;

namespace IclMesh.Cli.Trace;

/// <summary><c>iclmesh trace</c>: records what happens inside a model while one prompt runs, as a file that analyses read.</summary>
internal static class TraceCommand
{
    public static Command Create()
    {
        var model = new Option<string>("--model") { Description = "A language model, a path or a name.", Required = true };
        var prompt = new Option<FileInfo>("--prompt-file") { Description = "The prompt: a text, or .jsonl with one piece a line (kind, text, demonstration_id).", Required = true };
        var capture = new Option<CaptureSelection[]>("--capture")
        {
            Description = $"What to record: {string.Join(", ", CaptureSelection.Names)}; optionally where, as in attention:layers=20-24;heads=3;positions=-1.",
            Required = true,
            AllowMultipleArgumentsPerToken = true,
            CustomParser = CaptureSelection.Parse,
        };
        var lensTop = new Option<int>("--lens-top") { Description = "Tokens of a lens reading.", DefaultValueFactory = _ => 10 };
        var most = new Option<int>("--max-mebibytes") { Description = "Most MiB to record, held in memory until the file is written.", DefaultValueFactory = _ => 1024 };
        var output = new Option<FileInfo>("--out") { Description = "The safetensors file to write.", Required = true };
        var json = new Option<bool>("--json") { Description = "Print one JSON document on standard output and nothing else there." };
        var command = new Command("trace", "Record attention, hidden states, keys, values and lens readings of a prompt.")
        {
            model, prompt, capture, lensTop, most, output, json,
        };
        command.SetAction((parsed, cancellationToken) =>
        {
            var terminal = new Terminal(parsed.GetValue(json));
            return Failure.GuardAsync(terminal, async () =>
            {
                var call = CaptureSelection.ToCall(parsed.GetRequiredValue(capture)) with
                {
                    Segments = await PromptFile.ReadAsync(parsed.GetRequiredValue(prompt), cancellationToken),
                    LensTop = parsed.GetValue(lensTop),
                };
                var locations = ModelLocations.FromEnvironment(Environment.GetEnvironmentVariable);
                var settings = new ServingSettings { Workers = 1, CaptureBytes = (long)parsed.GetValue(most) << 20 };
                var path = await ModelDownloads.ResolveAsync(locations, terminal, parsed.GetRequiredValue(model), cancellationToken);
                var target = parsed.GetRequiredValue(output);
                var tokens = await terminal.StatusAsync("recording", () => RecordAsync(path, new OnnxEngine(new(locations.WeightFolder)), settings, call, target, cancellationToken));
                target.Refresh();
                Show(terminal, target, tokens);
                return ExitCode.Done;
            });
        });
        return command;
    }

    private static async Task<int> RecordAsync(string path, OnnxEngine engine, ServingSettings settings, CaptureCall call, FileInfo target, CancellationToken cancellationToken)
    {
        await using var workers = new WorkerPool(settings.Workers);
        var source = ModelSources.Open(path);
        if (source.Encoder is not null)
        {
            source.Dispose();
            throw MeshException.Invalid("--model", "is a sentence encoder, a language model is needed");
        }

        using var model = LanguageModel.Load(source, engine, settings, workers, TimeProvider.System, cancellationToken);
        using var recording = await model.CaptureAsync(call, cancellationToken);
        using var trace = new TraceWriter(target.FullName);
        await foreach (var block in recording.Blocks)
        {
            trace.Add(block);
        }

        trace.Complete(recording.Prompt, new Dictionary<string, string>
        {
            ["model"] = source.Name,
            ["version"] = source.Identity.Version(model.Precision),
            ["precision"] = model.Precision,
            ["provider"] = model.Provider,
        });
        return recording.Prompt.Tokens.Length;
    }

    private static void Show(Terminal terminal, FileInfo target, int tokens)
    {
        if (terminal.IsJson)
        {
            terminal.WriteJson(new { File = target.FullName, Bytes = target.Length, Tokens = tokens });
            return;
        }

        terminal.Out.WriteLine($"{target.FullName}: {tokens} tokens, {target.Length / 1048576.0:0.0} MiB");
    }
}
