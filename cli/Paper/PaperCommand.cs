using System.CommandLine;
using System.Text.Json;
using IclMesh.Cli.Analyze;
using IclMesh.Cli.CommandLine;
using IclMesh.Cli.Mesh;
using IclMesh.Cli.Reports;
using IclMesh.Gateway.V1;

namespace IclMesh.Cli.Paper;

/// <summary><c>iclmesh paper</c>: experiments E1 to E6 of arXiv 2305.12766 on its six tasks, side by side with the printed figures.</summary>
internal static class PaperCommand
{
    public static Command Create()
    {
        var mesh = new MeshCommandOptions();
        var model = new Option<string>("--model") { Description = "Language model: a path or a name.", Required = true };
        var encoder = new Option<string>("--encoder") { Description = "Sentence encoder: a path or a name.", Required = true };
        var data = new Option<DirectoryInfo>("--data") { Description = "Folder with a folder for each task: train.jsonl and validation.jsonl.", Required = true };
        var output = new Option<DirectoryInfo>("--out") { Description = "Folder of the reports; run again with the same one, the command goes on where it stopped.", Required = true };
        var prompts = new Option<int>("--prompts") { Description = "Prompts that select, and as many that report.", DefaultValueFactory = _ => 300 };
        var tasks = new Option<string>("--tasks") { Description = "Tasks, separated by commas.", DefaultValueFactory = _ => string.Join(',', PaperTask.All.Select(task => task.Folder)) };
        var seed = new Option<ulong>("--seed") { Description = "Seed of everything random.", DefaultValueFactory = _ => 1 };
        var command = new Command("paper", "Rerun the paper's experiments on its six tasks, side by side with its figures.") { model, encoder, data, output, prompts, tasks, seed };
        mesh.AddTo(command);
        command.SetAction((parsed, cancellationToken) =>
        {
            var terminal = mesh.Terminal(parsed);
            return Failure.GuardAsync(terminal, async () =>
            {
                var chosen = Choose(parsed.GetRequiredValue(tasks));
                var folder = Directory.CreateDirectory(parsed.GetRequiredValue(output).FullName).FullName;
                await using var session = await mesh.OpenAsync(parsed, terminal, [parsed.GetRequiredValue(model), parsed.GetRequiredValue(encoder)], cancellationToken);
                var results = new List<(PaperTask Task, JsonElement Document)>();
                foreach (var task in chosen)
                {
                    var root = Path.Combine(parsed.GetRequiredValue(data).FullName, task.Folder);
                    var source = new StudySource(
                        parsed.GetRequiredValue(model), parsed.GetRequiredValue(encoder), Path.Combine(root, "train.jsonl"), Path.Combine(root, "validation.jsonl"), new(task.Labels))
                    {
                        Limit = 2 * parsed.GetValue(prompts),
                        Seed = parsed.GetValue(seed),
                    };
                    results.Add((task, await RunAsync(session, terminal, source, task, folder, cancellationToken)));
                }

                var summary = PaperSummary.Create(results);
                await ReportWriter.WriteAsync(folder, summary, PaperSummary.Json(results), cancellationToken);
                if (terminal.IsJson)
                {
                    terminal.WriteJson(PaperSummary.Json(results));
                }
                else
                {
                    ReportView.Show(terminal.Out, summary, folder);
                }

                return ExitCode.Done;
            });
        });
        return command;
    }

    private static List<PaperTask> Choose(string names)
    {
        var rules = new RequestRules();
        var chosen = new List<PaperTask>();
        foreach (var name in names.Split(',', StringSplitOptions.TrimEntries))
        {
            var task = PaperTask.All.FirstOrDefault(candidate => candidate.Folder == name);
            if (rules.Require(task is not null, "tasks", $"'{name}' is none of {string.Join(", ", PaperTask.All.Select(candidate => candidate.Folder))}"))
            {
                chosen.Add(task!);
            }
        }

        rules.ThrowIfBroken();
        return chosen;
    }

    private static async Task<JsonElement> RunAsync(
        MeshSession session, Terminal terminal, StudySource source, PaperTask task, string folder, CancellationToken cancellationToken)
    {
        var spec = new JobSpec
        {
            Study = await source.ReadAsync(session, terminal, cancellationToken),
            Attention = new(),
        };

        if (task.Folder == PaperTask.CaseStudy)
        {
            spec.Attention.Rewritings.AddRange(["typos", "rare_words", "clauses"]);
        }
        else
        {
            spec.Attention.SkipChecks = true;
        }

        // The id stands in the folder: a second run with other parameters is refused by the gateway, which names them.
        var file = Path.Combine(folder, $"{task.Folder}.job");
        if (!File.Exists(file))
        {
            await File.WriteAllTextAsync(file, $"paper-{task.Folder.Replace('_', '-')}-{Guid.NewGuid().ToString("N")[..8]}", cancellationToken);
        }

        var id = (await File.ReadAllTextAsync(file, cancellationToken)).Trim();
        var result = await AnalyzeCommand.RunAsync(session, terminal, id, spec, cancellationToken);
        var report = Directory.CreateDirectory(Path.Combine(folder, task.Folder)).FullName;
        await ReportWriter.WriteAsync(report, ReportFactory.Create(result), result.Document, cancellationToken);
        return result.Document;
    }
}
