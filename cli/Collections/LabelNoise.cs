using IclMesh.Retrieval.V1;

namespace IclMesh.Cli.Collections;

/// <summary>How many of the demonstrations that an audit flags first were given a wrong label on purpose.</summary>
/// <param name="Rows">Demonstrations audited.</param>
/// <param name="Flipped">Those that were given a wrong label.</param>
/// <param name="Flags">Flags looked at, the oddest first.</param>
/// <param name="Audit">Share of the audit's first flags that are flipped ones.</param>
/// <param name="Baseline">The same for the share of the ten nearest that have another label.</param>
internal sealed record LabelNoise(int Rows, int Flipped, int Flags, double Audit, double Baseline)
{
    private const int Batch = 500;
    private const int Nearest = 10;

    /// <summary>Copies rows into a collection of their own, with wrong labels, audits it and deletes it.</summary>
    public static async Task<LabelNoise> MeasureAsync(
        RetrievalService.RetrievalServiceClient store, Collection collection, IReadOnlyList<Demonstration> rows, double share, int flags, int seed, CancellationToken cancellationToken)
    {
        var random = new Random(seed);
        string[] labels = [.. rows.Select(row => row.Label).Distinct().Order(StringComparer.Ordinal)];
        var flipped = rows.Select(row => row.Id).Order(StringComparer.Ordinal).ToArray();
        random.Shuffle(flipped);
        var wrong = flipped.Take((int)(share * rows.Count)).ToHashSet();
        var noisy = rows.Select(row => row.Clone()).ToArray();
        foreach (var row in noisy.Where(row => wrong.Contains(row.Id)))
        {
            string[] others = [.. labels.Where(label => label != row.Label)];
            row.Label = others[random.Next(others.Length)];
        }

        var copy = new Collection(collection) { Name = $"{collection.Name}.label-noise-{seed}", TextIndexDisabled = true };
        await store.DeleteCollectionAsync(new() { Name = copy.Name }, cancellationToken: cancellationToken);
        try
        {
            await store.CreateCollectionAsync(new() { Collection = copy }, cancellationToken: cancellationToken);
            await UpsertAsync(store, copy, noisy, cancellationToken);
            var audit = await AuditAsync(store, copy, cancellationToken);
            var baseline = await DisagreementAsync(store, copy, noisy, cancellationToken);
            return new(rows.Count, wrong.Count, flags, Precision(audit), Precision(baseline));
        }
        finally
        {
            await store.DeleteCollectionAsync(new() { Name = copy.Name }, cancellationToken: CancellationToken.None);
        }

        double Precision(IReadOnlyList<string> flagged) => flagged.Take(flags).Count(wrong.Contains) / (double)flags;
    }

    private static async Task UpsertAsync(
        RetrievalService.RetrievalServiceClient store, Collection copy, Demonstration[] rows, CancellationToken cancellationToken)
    {
        using var stream = store.UpsertDemonstrations(cancellationToken: cancellationToken);
        foreach (var batch in rows.Chunk(Batch))
        {
            await stream.RequestStream.WriteAsync(
                new()
                {
                    Collection = copy.Name,
                    EmbeddingModel = copy.EmbeddingModel,
                    EmbeddingModelVersion = copy.EmbeddingModelVersion,
                    Demonstrations = { batch },
                },
                cancellationToken);
            await stream.ResponseStream.MoveNext(cancellationToken);
        }

        await stream.RequestStream.CompleteAsync();
    }

    private static async Task<IReadOnlyList<string>> AuditAsync(
        RetrievalService.RetrievalServiceClient store, Collection copy, CancellationToken cancellationToken)
    {
        using var call = store.AuditCollection(new() { Collection = copy.Name }, cancellationToken: cancellationToken);
        var last = new AuditCollectionResponse();
        while (await call.ResponseStream.MoveNext(cancellationToken))
        {
            last = call.ResponseStream.Current;
        }

        return [.. last.Findings.Where(finding => finding.Kind == FindingKind.Mislabelled).Select(finding => finding.Id)];
    }

    /// <summary>All ids by the share of their nearest that have another label, equal shares by id.</summary>
    private static async Task<IReadOnlyList<string>> DisagreementAsync(
        RetrievalService.RetrievalServiceClient store, Collection copy, Demonstration[] rows, CancellationToken cancellationToken)
    {
        var shares = new List<(string Id, double Share)>();
        foreach (var batch in rows.Chunk(Batch))
        {
            var answer = await store.BatchSearchAsync(
                new()
                {
                    Collection = copy.Name,
                    EmbeddingModel = copy.EmbeddingModel,
                    EmbeddingModelVersion = copy.EmbeddingModelVersion,
                    Vectors = { batch.Select(row => row.Vector) },
                    K = Nearest + 1,
                },
                cancellationToken: cancellationToken);
            shares.AddRange(batch.Zip(answer.Neighbours, (row, found) => (row.Id, found.Ids.Zip(found.Labels)
                .Where(other => other.First != row.Id).Take(Nearest).Average(other => other.Second == row.Label ? 0.0 : 1.0))));
        }

        return [.. shares.OrderByDescending(entry => entry.Share).ThenBy(entry => entry.Id, StringComparer.Ordinal).Select(entry => entry.Id)];
    }
}
