using IclMesh.Cli.CommandLine;
using IclMesh.Cli.Demonstrations;
using IclMesh.Cli.Mesh;
using IclMesh.Gateway.V1;
using IclMesh.Retrieval.V1;

namespace IclMesh.Cli.Analyze;

/// <summary>Makes a study of files.</summary>
/// <param name="Model">Language model.</param>
/// <param name="Encoder">Sentence encoder.</param>
/// <param name="Demonstrations">File of demonstrations.</param>
/// <param name="Data">File of labelled rows.</param>
/// <param name="Labels">Label words.</param>
internal sealed record StudySource(string Model, string Encoder, string Demonstrations, string Data, LabelList Labels)
{
    public int K { get; init; } = 8;

    /// <summary>Rows to use; the first half selects, the second reports.</summary>
    public int Limit { get; init; } = 600;

    public ulong Seed { get; init; } = 1;

    public SelectionStrategy Strategy { get; init; } = SelectionStrategy.Random;

    /// <summary>Imports the demonstrations, unless the collection has them, and reads the rows.</summary>
    public async Task<Study> ReadAsync(MeshSession session, Terminal terminal, CancellationToken cancellationToken)
    {
        var rules = new RequestRules();
        rules.InRange("k", K, 1, 256);
        rules.InRange("limit", Limit, 2, 10_000);
        rules.ThrowIfBroken();
        var file = await LabelledTextFile.ReadAsync(Demonstrations, Labels, skipInvalid: false, cancellationToken);
        var rows = await LabelledTextFile.ReadAsync(Data, Labels, skipInvalid: false, cancellationToken);
        return new()
        {
            Model = Model,
            Encoder = Encoder,
            Collection = await CollectionImport.EnsureAsync(session, terminal, file, Encoder, cancellationToken),
            Labels = { Labels.ToLabels() },
            Rows = { rows.Rows.Take(Limit).Select(row => new StudyRow { Text = row.Text, Label = Labels.Words[row.Label] }) },
            K = K,
            Strategy = Strategy,
            Seed = Seed,
        };
    }
}
