using System.CommandLine;
using IclMesh.Cli.CommandLine;
using IclMesh.Cli.Mesh;
using IclMesh.Gateway.V1;
using IclMesh.Retrieval.V1;

namespace IclMesh.Cli.Analyze;

/// <summary>Options that every analysis has: the study, the job's id, the folder of the report.</summary>
internal sealed class StudyOptions
{
    private readonly Option<string> model = new("--model") { Description = "Language model: a path or a name.", Required = true };
    private readonly Option<string> encoder = new("--encoder") { Description = "Sentence encoder: a path or a name.", Required = true };
    private readonly Option<FileInfo> demonstrations = new("--demos") { Description = "Demonstrations, JSON Lines of {\"text\", \"label\"}.", Required = true };
    private readonly Option<FileInfo> data = new("--data") { Description = "Labelled rows; the first half selects, the second reports.", Required = true };
    private readonly Option<string> labels = new("--labels") { Description = "Label words in order, separated by commas.", Required = true };
    private readonly Option<int> k = new("--k") { Description = "Demonstrations per prompt.", DefaultValueFactory = _ => 8 };
    private readonly Option<string> select = new("--select") { Description = "How demonstrations are chosen.", DefaultValueFactory = _ => "random" };
    private readonly Option<int> limit = new("--limit") { Description = "Rows to use.", DefaultValueFactory = _ => 600 };
    private readonly Option<ulong> seed = new("--seed") { Description = "Seed of everything random.", DefaultValueFactory = _ => 1 };
    private readonly Option<string?> job = new("--job") { Description = "Id of the job; the same id goes on where an earlier run stopped." };
    private readonly Option<DirectoryInfo?> output = new("--out") { Description = "Write result.json, report.html and plots to this new folder." };

    public StudyOptions() => select.AcceptOnlyFromAmong("similar", "random");

    public MeshCommandOptions Mesh { get; } = new();

    public void AddTo(Command command)
    {
        command.Options.Add(model);
        command.Options.Add(encoder);
        command.Options.Add(demonstrations);
        command.Options.Add(data);
        command.Options.Add(labels);
        command.Options.Add(k);
        command.Options.Add(select);
        command.Options.Add(limit);
        command.Options.Add(seed);
        command.Options.Add(job);
        command.Options.Add(output);
        Mesh.AddTo(command);
    }

    public IReadOnlyList<string> Models(ParseResult parsed) => [parsed.GetRequiredValue(model), parsed.GetRequiredValue(encoder)];

    public string JobId(ParseResult parsed) => parsed.GetValue(job) ?? "";

    public DirectoryInfo? Output(ParseResult parsed) => parsed.GetValue(output);

    /// <summary>The study that the command line describes; its demonstrations are imported.</summary>
    public async Task<Study> StudyAsync(ParseResult parsed, MeshSession session, Terminal terminal, CancellationToken cancellationToken)
    {
        var source = new StudySource(
            parsed.GetRequiredValue(model),
            parsed.GetRequiredValue(encoder),
            parsed.GetRequiredValue(demonstrations).FullName,
            parsed.GetRequiredValue(data).FullName,
            new(parsed.GetRequiredValue(labels)))
        {
            K = parsed.GetValue(k),
            Limit = parsed.GetValue(limit),
            Seed = parsed.GetValue(seed),
            Strategy = parsed.GetValue(select) == "similar" ? SelectionStrategy.Similar : SelectionStrategy.Random,
        };
        return await source.ReadAsync(session, terminal, cancellationToken);
    }
}
