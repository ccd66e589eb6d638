using System.CommandLine;
using Google.Protobuf;
using IclMesh.Cli.CommandLine;
using IclMesh.Inference.V1;
using IclMesh.Retrieval.V1;

namespace IclMesh.Cli.Collections;

/// <summary><c>iclmesh collections import</c>: embeds and stores the rows of JSON Lines files; rows that are stored already are not embedded again.</summary>
internal static class CollectionsImportCommand
{
    private const int BatchRows = 128;

    public static Command Create()
    {
        var options = new StoreOptions();
        var files = new Argument<FileInfo[]>("files") { Description = "JSON Lines of {\"text\", \"label\"}, optionally \"id\", \"split\", \"metadata\".", Arity = ArgumentArity.OneOrMore };
        var encoder = new Option<string>("--encoder") { Description = "Sentence encoder.", Required = true };
        var command = new Command("import", "Embed and store the rows of JSON Lines files.");
        options.AddTo(command);
        command.Arguments.Add(files);
        command.Options.Add(encoder);
        options.SetAction(command, async (session, parsed, terminal, cancellationToken) =>
        {
            var collection = parsed.GetRequiredValue(options.Collection);
            var (written, kept) = (0L, 0L);
            foreach (var file in parsed.GetRequiredValue(files))
            {
                // Read whole before anything is written: a broken line loads nothing of its file.
                var rows = new List<Demonstration>();
                var split = Path.GetFileNameWithoutExtension(file.Name);
                await foreach (var row in DemonstrationFile.ReadAsync(file, $"{split}-", split, cancellationToken))
                {
                    rows.Add(row);
                }

                var imported = await terminal.ProgressAsync(
                    $"{file.Directory?.Name}/{file.Name}",
                    rows.Count,
                    advance => ImportAsync(session, collection, parsed.GetRequiredValue(encoder), rows, advance, cancellationToken));
                written += imported;
                kept += rows.Count - imported;
            }

            if (terminal.IsJson)
            {
                terminal.WriteJson(new { Collection = collection, Written = written, Unchanged = kept });
            }
            else
            {
                terminal.Out.WriteLine($"{collection}: {written} written, {kept} there already");
            }
        });
        return command;
    }

    private static async Task<int> ImportAsync(
        StoreSession session, string collection, string encoder, List<Demonstration> rows, Action<double> advance, CancellationToken cancellationToken)
    {
        var written = 0;
        using var stream = session.Retrieval.UpsertDemonstrations(cancellationToken: cancellationToken);
        foreach (var batch in rows.Chunk(BatchRows))
        {
            var missing = await MissingAsync(session, collection, batch, cancellationToken);
            if (missing.Count > 0)
            {
                var embedded = await session.EmbedAsync(encoder, missing.Select(row => row.Text), cancellationToken);
                await CreateAsync(session, collection, embedded, cancellationToken);
                var dimension = embedded.Embeddings.Columns * sizeof(float);
                for (var i = 0; i < missing.Count; i++)
                {
                    missing[i].Vector = ByteString.CopyFrom(embedded.Embeddings.Values.Span.Slice(i * dimension, dimension));
                }

                await stream.RequestStream.WriteAsync(
                    new()
                    {
                        Collection = collection,
                        EmbeddingModel = embedded.Model.Name,
                        EmbeddingModelVersion = embedded.Model.Version,
                        Demonstrations = { missing },
                    },
                    cancellationToken);
                if (!await stream.ResponseStream.MoveNext(cancellationToken))
                {
                    throw new MeshException(ErrorKind.Unavailable, ErrorReasons.LegFailed, "the retrieval service ended the import early");
                }

                if (stream.ResponseStream.Current.Results.FirstOrDefault(result => result.Error is not null) is { } refused)
                {
                    throw new MeshException(ErrorKind.FailedPrecondition, ErrorReasons.RequestInvalid, $"{refused.Id} was refused: {refused.Error.Message}");
                }

                written += missing.Count;
            }

            advance(batch.Length);
        }

        await stream.RequestStream.CompleteAsync();
        return written;
    }

    /// <summary>The rows that are not stored with the same text and label.</summary>
    private static async Task<List<Demonstration>> MissingAsync(
        StoreSession session, string collection, Demonstration[] batch, CancellationToken cancellationToken)
    {
        try
        {
            var found = await session.Retrieval.GetDemonstrationsAsync(
                new() { Collection = collection, Ids = { batch.Select(row => row.Id) } }, cancellationToken: cancellationToken);
            var stored = found.Demonstrations.ToDictionary(row => row.Id);
            return [.. batch.Where(row => !stored.TryGetValue(row.Id, out var old) || old.Text != row.Text || old.Label != row.Label)];
        }
        catch (Grpc.Core.RpcException e) when (e.StatusCode == Grpc.Core.StatusCode.NotFound)
        {
            return [.. batch];
        }
    }

    private static async Task CreateAsync(StoreSession session, string collection, EmbedResponse embedded, CancellationToken cancellationToken) =>
        await session.Retrieval.CreateCollectionAsync(
            new()
            {
                Collection = new()
                {
                    Name = collection,
                    Dimension = embedded.Embeddings.Columns,
                    EmbeddingModel = embedded.Model.Name,
                    EmbeddingModelVersion = embedded.Model.Version,
                },
            },
            cancellationToken: cancellationToken);
}
