using Grpc.Core;
using IclMesh.Retrieval.Core;
using IclMesh.Retrieval.Core.Collections;
using IclMesh.Retrieval.Core.Demonstrations;
using Microsoft.Extensions.Options;

namespace IclMesh.Retrieval.UpsertDemonstrations;

internal sealed class UpsertDemonstrationsHandler(IDemonstrationStore store, IOptions<RetrievalOptions> options)
{
    private const int MaxNamed = 16;

    /// <summary>Answers each batch once it is durable, and reads the next one only then: a fast client is held back.</summary>
    public async Task HandleAsync(
        IAsyncStreamReader<V1.UpsertDemonstrationsRequest> batches,
        IServerStreamWriter<V1.UpsertDemonstrationsResponse> answers,
        CancellationToken cancellationToken)
    {
        await foreach (var batch in batches.ReadAllAsync(cancellationToken))
        {
            await answers.WriteAsync(await WriteAsync(batch, cancellationToken), cancellationToken);
        }
    }

    private async Task<V1.UpsertDemonstrationsResponse> WriteAsync(V1.UpsertDemonstrationsRequest batch, CancellationToken cancellationToken)
    {
        var rules = new RequestRules();
        rules.InRange("demonstrations", batch.Demonstrations.Count, 1, options.Value.MaxBatch);
        var ids = batch.Demonstrations.Select(demonstration => demonstration.Id).ToHashSet();
        foreach (var id in batch.ExpectedVersions.Keys.Where(id => !ids.Contains(id)).Take(MaxNamed))
        {
            rules.Require(false, $"expected_versions[{StoredText.Shown(id)}]", "names no demonstration of this batch");
        }

        rules.ThrowIfBroken();
        var name = batch.Collection.ToName("collection");
        var collection = await store.GetCollectionAsync(name, cancellationToken);
        var model = new EmbeddingModel(batch.EmbeddingModel, batch.EmbeddingModelVersion);
        collection.Schema.RequireModel(model);

        var reading = new UpsertBatch(batch.Demonstrations.Count);
        foreach (var demonstration in batch.Demonstrations)
        {
            reading.Add(demonstration, model, batch.ExpectedVersions.TryGetValue(demonstration.Id, out var version) ? version : null);
        }

        var outcomes = await store.UpsertAsync(name, reading.Writes, cancellationToken);
        var response = reading.ToResponse(outcomes);
        response.CollectionVersion = (await store.GetCollectionAsync(name, cancellationToken)).Revision;
        RetrievalTelemetry.Written.Add(outcomes.Count(outcome => outcome.Kind is WriteKind.Inserted or WriteKind.Updated));
        return response;
    }
}
