using Grpc.Core;
using IclMesh.Cli.CommandLine;
using IclMesh.Cli.Mesh;
using IclMesh.Gateway.V1;

namespace IclMesh.Cli.Demonstrations;

/// <summary>Makes a collection of a file, once: the same file under the same encoder is found again.</summary>
internal static class CollectionImport
{
    /// <summary>Rows a message: enough to keep the encoder busy, few enough for a progress bar that moves.</summary>
    private const int BatchSize = 128;

    /// <summary>Imports the rows that the collection does not hold yet and returns its name.</summary>
    public static async Task<string> EnsureAsync(
        MeshSession session, Terminal terminal, LabelledTextFile file, string encoder, CancellationToken cancellationToken)
    {
        var model = (await session.Gateway.GetModelAsync(new() { Model = encoder }, cancellationToken: cancellationToken)).Capabilities;
        var name = $"file-{file.Digest[..16]}-{model.Reference.Version[..Math.Min(12, model.Reference.Version.Length)]}";
        if (await CountAsync(session, name, cancellationToken) == file.Rows.Count)
        {
            return name;
        }

        await terminal.ProgressAsync(
            $"embedding {Path.GetFileName(file.Path)}",
            file.Rows.Count,
            advance => ImportAsync(session, name, file, encoder, advance, cancellationToken));
        return name;
    }

    private static async Task<long> CountAsync(MeshSession session, string collection, CancellationToken cancellationToken)
    {
        try
        {
            var found = await session.Gateway.GetCollectionAsync(new() { Name = collection }, cancellationToken: cancellationToken);
            return found.Collection.DemonstrationCount;
        }
        catch (RpcException exception) when (exception.StatusCode == StatusCode.NotFound)
        {
            return 0;
        }
    }

    private static async Task<int> ImportAsync(
        MeshSession session, string collection, LabelledTextFile file, string encoder, Action<double> advance, CancellationToken cancellationToken)
    {
        using var call = session.Gateway.ImportDemonstrations(cancellationToken: cancellationToken);
        foreach (var rows in file.Rows.Chunk(BatchSize))
        {
            var batch = new ImportDemonstrationsRequest
            {
                Collection = collection,
                Encoder = encoder,
                Attributes = { ["file"] = Path.GetFileName(file.Path), ["sha256"] = file.Digest },
                Demonstrations =
                {
                    rows.Select(row => new NewDemonstration { Id = $"line-{row.Line:D6}", Text = row.Text, Label = row.StoredLabel }),
                },
            };
            await call.RequestStream.WriteAsync(batch, cancellationToken);
            if (!await call.ResponseStream.MoveNext(cancellationToken))
            {
                throw new MeshException(ErrorKind.Unavailable, ErrorReasons.LegFailed, "the gateway ended the import early");
            }

            if (call.ResponseStream.Current.Results.FirstOrDefault(result => result.Error is not null) is { } refused)
            {
                throw new MeshException(ErrorKind.FailedPrecondition, ErrorReasons.RequestInvalid, $"{refused.Id} was refused: {refused.Error.Message}");
            }

            advance(rows.Length);
        }

        await call.RequestStream.CompleteAsync();
        return file.Rows.Count;
    }
}
