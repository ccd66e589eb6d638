using System.CommandLine;
using IclMesh.Cli.Demonstrations;
using IclMesh.Gateway.V1;
using IclMesh.Retrieval.V1;

namespace IclMesh.Cli.Predict;

/// <summary>Options that say how a text is labelled.</summary>
internal sealed class PredictionOptions
{
    private readonly Option<string> model = new("--model") { Description = "Language model: a path or a name.", Required = true };

    private readonly Option<string> encoder = new("--encoder") { Description = "Sentence encoder: a path or a name.", Required = true };

    private readonly Option<FileInfo> demonstrations = new("--demos")
    {
        Description = "Demonstrations, JSON Lines of {\"text\", \"label\"}; label is an index into --labels or one of its words.",
        Required = true,
    };

    private readonly Option<string> labels = new("--labels") { Description = "Label words in order, separated by commas.", Required = true };

    private readonly Option<int> k = new("--k") { Description = "Demonstrations in the prompt.", DefaultValueFactory = _ => 8 };

    private readonly Option<string> select = new("--select") { Description = "How demonstrations are chosen.", DefaultValueFactory = _ => "similar" };

    private readonly Option<ulong> seed = new("--seed") { Description = "Seed of random choices.", DefaultValueFactory = _ => 0 };

    private readonly Option<int?> maxPromptTokens = new("--max-prompt-tokens") { Description = "Token budget; whole demonstrations are dropped to keep it." };

    private readonly Option<bool> skipInvalid = new("--skip-invalid") { Description = "Leave broken rows of a file out instead of refusing the file." };

    public PredictionOptions() => select.AcceptOnlyFromAmong("similar", "random");

    public void AddTo(Command command)
    {
        command.Options.Add(model);
        command.Options.Add(encoder);
        command.Options.Add(demonstrations);
        command.Options.Add(labels);
        command.Options.Add(k);
        command.Options.Add(select);
        command.Options.Add(seed);
        command.Options.Add(maxPromptTokens);
        command.Options.Add(skipInvalid);
    }

    public LabelList Labels(ParseResult parsed) => new(parsed.GetRequiredValue(labels));

    public string Encoder(ParseResult parsed) => parsed.GetRequiredValue(encoder);

    public string Model(ParseResult parsed) => parsed.GetRequiredValue(model);

    public bool SkipInvalid(ParseResult parsed) => parsed.GetValue(skipInvalid);

    public string DemonstrationPath(ParseResult parsed) => parsed.GetRequiredValue(demonstrations).FullName;

    /// <summary>The request that every text of this command shares.</summary>
    public PredictRequest Request(ParseResult parsed, LabelList labelList)
    {
        var request = new PredictRequest
        {
            Labels = { labelList.ToLabels() },
            Model = Model(parsed),
            Encoder = Encoder(parsed),
            Selection = new()
            {
                K = parsed.GetValue(k),
                Seed = parsed.GetValue(seed),
                Strategy = parsed.GetValue(select) == "random" ? SelectionStrategy.Random : SelectionStrategy.Similar,
            },
        };
        if (parsed.GetValue(maxPromptTokens) is { } budget)
        {
            request.MaxPromptTokens = budget;
        }

        return request;
    }
}
