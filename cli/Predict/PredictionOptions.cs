using System.CommandLine;
using IclMesh.Cli.CommandLine;
using IclMesh.Cli.Demonstrations;
using IclMesh.Cli.Mesh;
using IclMesh.Gateway.V1;
using IclMesh.Retrieval.V1;

namespace IclMesh.Cli.Predict;

/// <summary>Options that say how a text is labelled: all of them, or a task and what shall be different.</summary>
internal sealed class PredictionOptions
{
    private const int DefaultK = 8;

    private readonly Option<string?> task = new("--task") { Description = "Task that gives what the other options leave out." };

    private readonly Option<string?> model = new("--model") { Description = "Language model: a path or a name." };

    private readonly Option<string?> encoder = new("--encoder") { Description = "Sentence encoder: a path or a name." };

    private readonly Option<FileInfo?> demonstrations = new("--demos")
    {
        Description = "Demonstrations, JSON Lines of {\"text\", \"label\"}; label is an index into --labels or one of its words.",
    };

    private readonly Option<string?> labels = new("--labels") { Description = "Label words in order, separated by commas." };

    private readonly Option<int?> k = new("--k") { Description = "Demonstrations in the prompt. Default: 8." };

    private readonly Option<string?> select = new("--select") { Description = "How demonstrations are chosen. Default: similar." };

    private readonly Option<ulong?> seed = new("--seed") { Description = "Seed of random choices. Default: 0." };

    private readonly Option<int?> maxPromptTokens = new("--max-prompt-tokens") { Description = "Token budget; whole demonstrations are dropped to keep it." };

    private readonly Option<bool> calibrate = new("--calibrate") { Description = "Also give the distribution after contextual calibration." };

    private readonly Option<double?> cascade = new("--cascade")
    {
        Description = "Let the nearest demonstrations answer where their top label has this share. Default share: 0.7.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<double?> pool = new("--pool")
    {
        Description = "Pool the model's and the nearest demonstrations' distribution with this weight of the latter. Default weight: 0.35.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<int?> neighbours = new("--neighbours") { Description = "Nearest demonstrations that vote, with --cascade or --pool. Default: 32." };

    private readonly Option<double?> abstain = new("--abstain-below") { Description = "Abstain where the label has less than this probability, with --cascade or --pool." };

    private readonly Option<bool> keep = new("--keep") { Description = "Have the gateway keep the prediction, for `predictions replay`." };

    private readonly Option<bool> skipInvalid = new("--skip-invalid") { Description = "Leave broken rows of a file out instead of refusing the file." };

    public PredictionOptions() => select.AcceptOnlyFromAmong("similar", "random");

    public void AddTo(Command command)
    {
        Option[] needed = [model, encoder, demonstrations, labels];
        foreach (var option in (Option[])[task, .. needed, k, select, seed, maxPromptTokens, calibrate, cascade, pool, neighbours, abstain, keep, skipInvalid])
        {
            command.Options.Add(option);
        }

        command.Validators.Add(result =>
        {
            if (result.GetResult(cascade) is not null && result.GetResult(pool) is not null)
            {
                result.AddError("Give --cascade or --pool, not both.");
            }

            if (result.GetResult(task) is null)
            {
                foreach (var missing in needed.Where(option => result.GetResult(option) is null))
                {
                    result.AddError($"Option '{missing.Name}' is required without --task.");
                }
            }
            else if (result.GetResult(demonstrations) is not null && result.GetResult(labels) is null)
            {
                result.AddError("Option '--labels' is required with --demos.");
            }
        });
    }

    public bool SkipInvalid(ParseResult parsed) => parsed.GetValue(skipInvalid);

    /// <summary>The file of demonstrations; null where the task's collection serves.</summary>
    public async Task<LabelledTextFile?> ReadDemonstrationsAsync(ParseResult parsed, CancellationToken cancellationToken) =>
        parsed.GetValue(demonstrations) is { } file && Labels(parsed) is { } list
            ? await LabelledTextFile.ReadAsync(file.FullName, list, SkipInvalid(parsed), cancellationToken)
            : null;

    /// <summary>Models that the command line names.</summary>
    public IEnumerable<string> Models(ParseResult parsed) => ((string?[])[parsed.GetValue(model), parsed.GetValue(encoder)]).OfType<string>();

    /// <summary>The labels of the command line, else those of the task.</summary>
    public async Task<LabelList> LabelsAsync(ParseResult parsed, MeshSession session, CancellationToken cancellationToken)
    {
        if (Labels(parsed) is { } list)
        {
            return list;
        }

        var stored = await session.Tasks.GetTaskAsync(new() { Name = parsed.GetRequiredValue(task)! }, cancellationToken: cancellationToken);
        return new([.. stored.Task.Labels.Select(label => label.Name)]);
    }

    /// <summary>The request that every text of this command shares; the demonstrations are in the store when it returns.</summary>
    public async Task<PredictRequest> RequestAsync(
        ParseResult parsed, MeshSession session, Terminal terminal, LabelledTextFile? file, CancellationToken cancellationToken)
    {
        var request = new PredictRequest
        {
            Task = parsed.GetValue(task) ?? "",
            Model = parsed.GetValue(model) ?? "",
            Encoder = parsed.GetValue(encoder) ?? "",
            Selection = Selection(parsed),
            Calibration = parsed.GetValue(calibrate) ? CalibrationMethod.Contextual : CalibrationMethod.Unspecified,
            Combination = Combination(parsed),
            Keep = parsed.GetValue(keep),
        };
        request.Labels.AddRange(Labels(parsed)?.ToLabels() ?? []);
        if (parsed.GetValue(maxPromptTokens) is { } budget)
        {
            request.MaxPromptTokens = budget;
        }

        if (file is not null)
        {
            var by = request.Encoder.Length > 0
                ? request.Encoder
                : (await session.Tasks.GetTaskAsync(new() { Name = request.Task }, cancellationToken: cancellationToken)).Task.Encoder;
            request.Collection = await CollectionImport.EnsureAsync(session, terminal, file, by, cancellationToken);
        }

        return request;
    }

    private LabelList? Labels(ParseResult parsed) => parsed.GetValue(labels) is { } text ? new(text) : null;

    private Combination? Combination(ParseResult parsed)
    {
        var combination = new Combination
        {
            Method = parsed.GetResult(cascade) is not null ? CombinationMethod.Cascade
                : parsed.GetResult(pool) is not null ? CombinationMethod.Pool
                : CombinationMethod.Unspecified,
        };
        if (parsed.GetValue(cascade) is { } threshold)
        {
            combination.Threshold = threshold;
        }

        if (parsed.GetValue(pool) is { } weight)
        {
            combination.Weight = weight;
        }

        if (parsed.GetValue(neighbours) is { } voters)
        {
            combination.Neighbours = voters;
        }

        if (parsed.GetValue(abstain) is { } probability)
        {
            combination.MinimumProbability = probability;
        }

        return combination.Equals(new Combination()) ? null : combination;
    }

    private Selection Selection(ParseResult parsed)
    {
        var selection = new Selection
        {
            Seed = parsed.GetValue(seed) ?? 0,
            Strategy = parsed.GetValue(select) switch
            {
                "random" => SelectionStrategy.Random,
                "similar" => SelectionStrategy.Similar,
                _ => SelectionStrategy.Unspecified,
            },
        };
        if (parsed.GetValue(k) is { } count)
        {
            selection.K = count;
        }
        else if (parsed.GetValue(task) is null)
        {
            selection.K = DefaultK;
        }

        return selection;
    }
}
