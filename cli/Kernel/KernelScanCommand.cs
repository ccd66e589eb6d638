using System.CommandLine;
using Google.Protobuf;
using IclMesh.Cli.CommandLine;
using IclMesh.Cli.Demonstrations;
using IclMesh.Inference.V1;
using IclMesh.Kernel.V1;

namespace IclMesh.Cli.Kernel;

/// <summary><c>iclmesh kernel scan</c>: which heads of a model read demonstrations as a kernel, on real prompts.</summary>
internal static class KernelScanCommand
{
    public static Command Create()
    {
        var mesh = new MeshCommandOptions();
        var model = new Option<string>("--model") { Description = "Language model: a path or a name.", Required = true };
        var demos = new Option<FileInfo>("--demos") { Description = "Demonstrations, JSON Lines of {\"text\", \"label\"}.", Required = true };
        var data = new Option<FileInfo>("--data") { Description = "Rows to predict; the first half selects heads, the second reports.", Required = true };
        var labels = new Option<string>("--labels") { Description = "Label words in order, separated by commas.", Required = true };
        var k = new Option<int>("--k") { Description = "Demonstrations per prompt.", DefaultValueFactory = _ => 8 };
        var limit = new Option<int>("--limit") { Description = "Rows to use, selection and report together.", DefaultValueFactory = _ => 600 };
        var seed = new Option<ulong>("--seed") { Description = "Seed of demonstrations, permutations and subsets.", DefaultValueFactory = _ => 1 };
        var pooling = new Option<AttentionPooling>("--pooling") { Description = "How attention becomes one number.", DefaultValueFactory = _ => AttentionPooling.Label };
        var profile = new Option<FileInfo?>("--profile") { Description = "Write the head profile to this file, as JSON of the proto." };
        var command = new Command("scan", "Scan all heads of a model: agreement with its predictions, held out, beside a permutation null.")
        {
            model,
            demos,
            data,
            labels,
            k,
            limit,
            seed,
            pooling,
            profile,
        };
        mesh.AddTo(command, hostsOnly: true);
        command.SetAction((parsed, cancellationToken) =>
        {
            var terminal = mesh.Terminal(parsed);
            return Failure.GuardAsync(terminal, async () =>
            {
                var list = new LabelList(parsed.GetRequiredValue(labels));
                var rules = new RequestRules();
                rules.InRange("k", parsed.GetValue(k), 1, 1024);
                rules.InRange("limit", parsed.GetValue(limit), 2, 1_000_000);
                rules.ThrowIfBroken();
                var demonstrations = await LabelledTextFile.ReadAsync(parsed.GetRequiredValue(demos).FullName, list, skipInvalid: false, cancellationToken);
                var rows = (await LabelledTextFile.ReadAsync(parsed.GetRequiredValue(data).FullName, list, skipInvalid: false, cancellationToken)).Rows
                    .Take(parsed.GetValue(limit)).ToList();

                await using var session = await mesh.OpenOwnAsync(parsed, terminal, cancellationToken);
                var recorder = new PromptRecorder(
                    session.Inference, parsed.GetRequiredValue(model), list, demonstrations.Rows, parsed.GetValue(k), parsed.GetValue(seed), parsed.GetValue(pooling));
                var prompts = await terminal.ProgressAsync("recording attention", rows.Count, advance => RecordAsync(recorder, rows, advance, cancellationToken));

                var shape = prompts[0].Attention[0].Shape;
                var options = new ScanHeadsOptions
                {
                    Layers = shape[0],
                    Heads = shape[1],
                    Classes = list.Words.Count,
                    Poolings = { parsed.GetValue(pooling).ToString() },
                    Seed = parsed.GetValue(seed),
                    ProfileName = $"{Path.GetFileName(parsed.GetRequiredValue(model))} {string.Join('/', list.Words)}",
                };
                var report = await terminal.StatusAsync("scanning heads", () => ScanAsync(new(session.Kernel), options, prompts, cancellationToken));
                if (parsed.GetValue(profile) is { } file)
                {
                    await File.WriteAllTextAsync(file.FullName, JsonFormatter.Default.Format(report.Profile), cancellationToken);
                }

                if (terminal.IsJson)
                {
                    terminal.WriteJson(KernelScanText.Json(report));
                }
                else
                {
                    KernelScanText.Show(terminal.Out, report);
                }

                return ExitCode.Done;
            });
        });
        return command;
    }

    private static async Task<RecordedPrompt[]> RecordAsync(
        PromptRecorder recorder, List<LabelledText> rows, Action<double> advance, CancellationToken cancellationToken)
    {
        var prompts = new RecordedPrompt[rows.Count];
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, rows.Count, parallel, async (i, token) =>
        {
            prompts[i] = await recorder.RecordAsync(rows[i], i, report: i >= rows.Count / 2, token);
            advance(1);
        });
        return prompts;
    }

    private static async Task<ScanHeadsResponse> ScanAsync(
        HeadAnalysisService.HeadAnalysisServiceClient analysis, ScanHeadsOptions options, RecordedPrompt[] prompts, CancellationToken cancellationToken)
    {
        using var call = analysis.ScanHeads(cancellationToken: cancellationToken);
        await call.RequestStream.WriteAsync(new() { Options = options }, cancellationToken);
        foreach (var prompt in prompts)
        {
            await call.RequestStream.WriteAsync(new() { Prompt = prompt }, cancellationToken);
        }

        await call.RequestStream.CompleteAsync();
        return await call;
    }
}
