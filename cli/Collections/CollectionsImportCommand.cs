using System.CommandLine;
using Google.Protobuf;
using Grpc.Core;
using IclMesh.Cli.Mesh;
using IclMesh.Retrieval.V1;
using Spectre.Console;

namespace IclMesh.Cli.Collections;

/// <summary><c>iclmesh collections import</c>: stores the rows of JSON Lines and Parquet files, and embeds those that bring no vector; rows that are stored already are left alone.</summary>
internal static class CollectionsImportCommand
{
    private const int BatchRows = 128;
    private const int EmbeddedBatchRows = 1000;

    public static Command Create()
    {
        var options = new StoreOptions();
        var files = new Argument<FileInfo[]>("files") { Description = $"{DemonstrationFormats.Description}: text and label, optionally id, split, metadata, label_distribution and embedding.", Arity = ArgumentArity.OneOrMore };
        var encoder = new Option<string>("--encoder") { Description = "Sentence encoder, for rows that bring no vector.", DefaultValueFactory = _ => "" };
        var command = new Command("import", "Embed and store the rows of JSON Lines or Parquet files.");
        options.AddTo(command);
        command.Arguments.Add(files);
        command.Options.Add(encoder);
        options.SetAction(command, async (session, parsed, terminal, cancellationToken) =>
        {
            var collection = parsed.GetRequiredValue(options.Collection);
            var (written, replaced, unchanged) = (0L, 0L, 0L);
            foreach (var file in parsed.GetRequiredValue(files))
            {
                // Read whole before anything is written: a broken line loads nothing of its file.
                var rows = new List<DemonstrationRow>();
                var split = Path.GetFileNameWithoutExtension(file.Name);
                await foreach (var row in DemonstrationFormats.Of(file).ReadAsync(file, $"{split}-", split, cancellationToken))
                {
                    rows.Add(row);
                }

                var imported = await terminal.ProgressAsync(
                    $"{file.Directory?.Name}/{file.Name}",
                    rows.Count,
                    advance => ImportAsync(session, collection, parsed.GetRequiredValue(encoder), rows, advance, cancellationToken));
                written += imported.Written;
                replaced += imported.Replaced;
                unchanged += rows.Count - imported.Written - imported.Replaced;
            }

            if (terminal.IsJson)
            {
                terminal.WriteJson(new { Collection = collection, Written = written, Replaced = replaced, Unchanged = unchanged });
            }
            else
            {
                terminal.Out.WriteLine($"{collection}: {written} written, {replaced} replaced, {unchanged} there already");
            }
        });
        return command;
    }

    private static async Task<(int Written, int Replaced)> ImportAsync(
        MeshSession session, string collection, string encoder, List<DemonstrationRow> rows, Action<double> advance, CancellationToken cancellationToken)
    {
        var (written, replaced) = (0, 0);
        using var stream = session.Retrieval.UpsertDemonstrations(cancellationToken: cancellationToken);
        var size = rows.TrueForAll(row => row.IsEmbedded) ? EmbeddedBatchRows : BatchRows;
        foreach (var batch in rows.Chunk(size))
        {
            var missing = await MissingAsync(session, collection, batch, cancellationToken);
            foreach (var group in (await EmbeddedAsync(session, encoder, missing, cancellationToken)).GroupBy(row => (row.Model, row.ModelVersion)))
            {
                await CreateAsync(session, collection, group.First(), cancellationToken);
                var answer = await UpsertAsync(stream, collection, group.Key, group.Select(row => row.Demonstration), cancellationToken);
                written += answer.Written;
                replaced += answer.Replaced;
            }

            advance(batch.Length);
        }

        await stream.RequestStream.CompleteAsync();
        return (written, replaced);
    }

    private static async Task<UpsertDemonstrationsResponse> UpsertAsync(
        AsyncDuplexStreamingCall<UpsertDemonstrationsRequest, UpsertDemonstrationsResponse> stream,
        string collection,
        (string Name, string Version) model,
        IEnumerable<Demonstration> rows,
        CancellationToken cancellationToken)
    {
        await stream.RequestStream.WriteAsync(
            new() { Collection = collection, EmbeddingModel = model.Name, EmbeddingModelVersion = model.Version, Demonstrations = { rows } }, cancellationToken);
        if (!await stream.ResponseStream.MoveNext(cancellationToken))
        {
            throw new MeshException(ErrorKind.Unavailable, ErrorReasons.LegFailed, "the retrieval service ended the import early");
        }

        if (stream.ResponseStream.Current.Results.FirstOrDefault(result => result.Error is not null) is { } refused)
        {
            throw new MeshException(ErrorKind.FailedPrecondition, ErrorReasons.RequestInvalid, $"{refused.Id} was refused: {refused.Error.Message}");
        }

        return stream.ResponseStream.Current;
    }

    /// <summary>The rows with vectors: those of the file, and computed ones for the others.</summary>
    private static async Task<List<DemonstrationRow>> EmbeddedAsync(
        MeshSession session, string encoder, List<DemonstrationRow> rows, CancellationToken cancellationToken)
    {
        var bare = rows.FindAll(row => !row.IsEmbedded);
        if (bare.Count == 0)
        {
            return rows;
        }

        if (encoder.Length == 0)
        {
            throw MeshException.Invalid("--encoder", $"must be set, because row '{bare[0].Demonstration.Id}' brings no vector");
        }

        var embedded = await session.Inference.EmbedAsync(
            new() { Model = encoder, Texts = { bare.Select(row => row.Demonstration.Text) } }, cancellationToken: cancellationToken);
        var bytes = embedded.Embeddings.Columns * sizeof(float);
        for (var i = 0; i < bare.Count; i++)
        {
            bare[i].Demonstration.Vector = ByteString.CopyFrom(embedded.Embeddings.Values.Span.Slice(i * bytes, bytes));
        }

        return [.. rows.Select(row => row.Model.Length > 0 ? row : row with { Model = embedded.Model.Name, ModelVersion = embedded.Model.Version })];
    }

    /// <summary>The rows that are not stored with the same content; those whose id comes more than once are all sent, because the last one counts.</summary>
    private static async Task<List<DemonstrationRow>> MissingAsync(
        MeshSession session, string collection, DemonstrationRow[] batch, CancellationToken cancellationToken)
    {
        try
        {
            var found = await session.Retrieval.GetDemonstrationsAsync(
                new() { Collection = collection, Ids = { batch.Select(row => row.Demonstration.Id).Distinct() } }, cancellationToken: cancellationToken);
            var stored = found.Demonstrations.ToDictionary(row => row.Id);
            foreach (var repeated in batch.GroupBy(row => row.Demonstration.Id).Where(rows => rows.Skip(1).Any()))
            {
                stored.Remove(repeated.Key);
            }

            return [.. batch.Where(row => !stored.TryGetValue(row.Demonstration.Id, out var old) || !SaysTheSame(old, row.Demonstration))];
        }
        catch (RpcException e) when (e.StatusCode == StatusCode.NotFound)
        {
            return [.. batch];
        }
    }

    private static bool SaysTheSame(Demonstration stored, Demonstration row) =>
        stored.Text == row.Text
        && (stored.Label == row.Label || row.LabelDistribution.Count > 0)
        && stored.Split == row.Split
        && (stored.Metadata ?? new()).Equals(row.Metadata ?? new())
        && stored.MetadataIntegers.Equals(row.MetadataIntegers)
        && stored.LabelDistribution.Equals(row.LabelDistribution);

    private static async Task CreateAsync(MeshSession session, string collection, DemonstrationRow first, CancellationToken cancellationToken) =>
        await session.Retrieval.CreateCollectionAsync(
            new()
            {
                Collection = new()
                {
                    Name = collection,
                    Dimension = first.Demonstration.Vector.Length / sizeof(float),
                    EmbeddingModel = first.Model,
                    EmbeddingModelVersion = first.ModelVersion,
                },
            },
            cancellationToken: cancellationToken);
}
