using System.CommandLine;
using IclMesh.Cli.CommandLine;
using IclMesh.Cli.Jobs;
using IclMesh.Cli.Mesh;
using IclMesh.Cli.Reports;
using IclMesh.Gateway.V1;
using IclMesh.Retrieval.V1;

namespace IclMesh.Cli.Analyze;

/// <summary><c>iclmesh analyze</c>: an analysis as a job, with its report.</summary>
internal static class AnalyzeCommand
{
    public static Command Create() => new("analyze", "Analyses of many prompts: attention as kernel, influence, practice, evaluation with pool and cascade.")
    {
        Attention(),
        Influence(),
        Practice(),
        Evaluation(),
    };

    /// <summary>Starts a job, follows it, and returns its result.</summary>
    public static async Task<JobResult> RunAsync(MeshSession session, Terminal terminal, string id, JobSpec spec, CancellationToken cancellationToken)
    {
        var started = (await session.Jobs.StartJobAsync(new() { Id = id, Spec = spec }, cancellationToken: cancellationToken)).Job;
        if (started.State is JobState.Failed or JobState.Cancelled)
        {
            await session.Jobs.ResumeJobAsync(new() { Id = started.Id }, cancellationToken: cancellationToken);
        }

        await JobWatch.FollowAsync(session, terminal, started.Id, cancellationToken);
        var answer = await session.Jobs.GetJobResultAsync(new() { Id = started.Id }, cancellationToken: cancellationToken);
        return new(answer.Job, JobResults.ToJson(answer.Result));
    }

    private static Command Attention()
    {
        var alignment = new Option<int>("--alignment-prompts") { Description = "Prompts whose attention is averaged (E1); 0 for none.", DefaultValueFactory = _ => 300 };
        var similarity = new Option<int>("--similarity-prompts") { Description = "Prompts whose texts run alone (E3); 0 for none.", DefaultValueFactory = _ => 100 };
        var probes = new Option<int>("--probe-prompts") { Description = "Prompts whose keys and values are probed (E4); 0 for none.", DefaultValueFactory = _ => 60 };
        var rewritings = new Option<string>("--rewritings") { Description = "Rewritings of the inputs (E6), separated by commas; empty for none.", DefaultValueFactory = _ => "typos,rare_words,clauses" };
        return Analysis("attention", "Experiments E1 to E6 of arXiv 2305.12766.", [alignment, similarity, probes, rewritings], (parsed, spec) => spec.Attention = new()
        {
            AlignmentPrompts = parsed.GetValue(alignment),
            SimilarityPrompts = parsed.GetValue(similarity),
            ProbePrompts = parsed.GetValue(probes),
            Rewritings = { parsed.GetRequiredValue(rewritings).Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) },
        });
    }

    private static Command Influence()
    {
        var prompts = new Option<int>("--prompts") { Description = "Prompts that fit, and as many that report.", DefaultValueFactory = _ => 100 };
        return Analysis("influence", "Remove every demonstration in turn, and correlate what happens with one-pass estimates.", [prompts], (parsed, spec) =>
            spec.Influence = new() { Prompts = parsed.GetValue(prompts) });
    }

    private static Command Practice()
    {
        var counts = new Option<int[]>("--counts") { Description = "Numbers of demonstrations.", DefaultValueFactory = _ => [0, 1, 2, 4, 8, 16], AllowMultipleArgumentsPerToken = true };
        var noise = new Option<double[]>("--noise") { Description = "Shares of labels drawn anew.", DefaultValueFactory = _ => [0.25, 0.5, 0.75, 1], AllowMultipleArgumentsPerToken = true };
        var orders = new Option<int>("--orders") { Description = "Random orders of the same demonstrations.", DefaultValueFactory = _ => 5 };
        var search = new Option<int>("--order-search") { Description = "Orders of one set of demonstrations to search for the best; 0 for none.", DefaultValueFactory = _ => 8 };
        var anchors = new Option<int>("--anchors") { Description = "Selection rows that serve as anchors of kNN prompting; 0 for none.", DefaultValueFactory = _ => 0 };
        return Analysis("practice", "Number, choice, labels and order of demonstrations; calibration; kNN prompting.", [counts, noise, orders, search, anchors], (parsed, spec) => spec.Practice = new()
        {
            DemonstrationCounts = { parsed.GetRequiredValue(counts) },
            Strategies = { SelectionStrategy.Random, SelectionStrategy.Similar, SelectionStrategy.Mmr, SelectionStrategy.Dpp },
            LabelNoise = { parsed.GetRequiredValue(noise) },
            Orders = parsed.GetValue(orders),
            Calibration = true,
            OrderSearch = parsed.GetValue(search),
            Anchors = parsed.GetValue(anchors),
        });
    }

    private static Command Evaluation()
    {
        var neighbours = new Option<int>("--neighbours") { Description = "Nearest demonstrations that the kernel counts.", DefaultValueFactory = _ => 32 };
        return Analysis("evaluation", "Accuracy of the model, of a kernel vote, and of both together.", [neighbours], (parsed, spec) =>
            spec.Evaluation = new() { Neighbours = parsed.GetValue(neighbours) });
    }

    private static Command Analysis(string name, string description, IReadOnlyList<Option> options, Action<ParseResult, JobSpec> complete)
    {
        var study = new StudyOptions();
        var command = new Command(name, description);
        study.AddTo(command);
        foreach (var option in options)
        {
            command.Options.Add(option);
        }

        command.SetAction((parsed, cancellationToken) =>
        {
            var terminal = study.Mesh.Terminal(parsed);
            return Failure.GuardAsync(terminal, async () =>
            {
                var folder = study.Output(parsed) is { } output ? OutputFolder.New(output) : null;
                await using var session = await study.Mesh.OpenAsync(parsed, terminal, study.Models(parsed), cancellationToken);
                var spec = new JobSpec { Study = await study.StudyAsync(parsed, session, terminal, cancellationToken) };
                complete(parsed, spec);
                var result = await RunAsync(session, terminal, study.JobId(parsed), spec, cancellationToken);
                var report = ReportFactory.Create(result);
                if (folder is not null)
                {
                    await ReportWriter.WriteAsync(folder, report, result.Document, cancellationToken);
                }

                if (terminal.IsJson)
                {
                    terminal.WriteJson(result.Document);
                }
                else
                {
                    ReportView.Show(terminal.Out, report, folder);
                }

                return ExitCode.Done;
            });
        });
        return command;
    }
}
