using System.CommandLine;
using System.CommandLine.Parsing;
using Spectre.Console;

namespace IclMesh.Bench.Engine;

/// <summary><c>bench -- engine</c>: the inference engine on one core, with llama.cpp and PyTorch in the same run.</summary>
internal static class EngineBench
{
    public static Command Create()
    {
        var peers = new Option<bool>("--peers") { Description = "Run llama.cpp and PyTorch beside (eng/engine-peers.sh)." };
        var model = new Option<FileInfo?>("--model") { Description = "A GGUF file of the Llama family. Default: the first below the folders of ICLMESH_MODELS, else below ../shared/models.", DefaultValueFactory = FirstGguf };
        var peerFolder = new Option<DirectoryInfo>("--llama") { Description = "Folder in which eng/engine-peers.sh installed node-llama-cpp.", DefaultValueFactory = _ => new("artifacts/engine-peers") };
        var python = new Option<string>("--python") { Description = "Interpreter that has PyTorch.", DefaultValueFactory = _ => "/usr/bin/python3" };
        var work = new Option<DirectoryInfo>("--work") { Description = "Folder for converted models and weights; kept.", DefaultValueFactory = _ => new(Path.Combine(Path.GetTempPath(), "iclmesh-engine-bench")) };
        var core = new Option<string>("--core") { Description = "Processor that every side runs on, or a list with commas: then whole prompts are measured on all of them, by the clock.", DefaultValueFactory = _ => "0" };
        var rounds = new Option<int>("--rounds") { Description = "Rounds, ours and theirs in turn.", DefaultValueFactory = _ => 5 };
        var longest = new Option<bool>("--long") { Description = "Prefill of 4,096 tokens too." };
        var only = new Option<string?>("--only") { Description = "Only rows whose name contains this." };
        var command = new Command("engine", "Prefill, decoding, packing, scoring, attention export, memory and loading on one core.")
        {
            peers, model, peerFolder, python, work, core, rounds, longest, only,
        };
        command.SetAction(parsed =>
        {
            AnsiConsole.Profile.Width = 400;
            using var sides = new EngineSides(
                parsed.GetRequiredValue(model)!.FullName,
                parsed.GetValue(work)!.FullName,
                parsed.GetValue(peers) ? parsed.GetValue(peerFolder)!.FullName : null,
                parsed.GetValue(python)!,
                parsed.GetValue(core)!);
            Run(sides, parsed.GetValue(rounds), parsed.GetValue(longest), parsed.GetValue(only));
            return 0;
        });
        return command;
    }

    private static FileInfo? FirstGguf(ArgumentResult result)
    {
        var folders = Environment.GetEnvironmentVariable("ICLMESH_MODELS")?.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries) ?? [Path.Combine("..", "shared", "models")];
        var file = folders.Where(Directory.Exists)
            .SelectMany(folder => Directory.GetFiles(folder, "*.gguf", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
            .FirstOrDefault();
        if (file is null)
        {
            result.AddError($"--model must name a GGUF file: there is none below {string.Join(", ", folders)}");
        }

        return file is null ? null : new(file);
    }

    private static void Run(EngineSides sides, int rounds, bool longest, string? only)
    {
        var table = new RatioTable(rounds);
        foreach (var row in EngineRows.All(sides, longest).Where(row => only is null || row.Name.Contains(only, StringComparison.Ordinal)))
        {
            AnsiConsole.WriteLine(table.Measure(row));
        }

        AnsiConsole.WriteLine();
        AnsiConsole.WriteLine(table.Markdown());
    }
}
