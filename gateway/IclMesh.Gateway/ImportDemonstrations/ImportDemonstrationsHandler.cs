using Grpc.Core;
using IclMesh.Gateway.Legs;
using IclMesh.Gateway.V1;
using IclMesh.Inference.V1;
using IclMesh.Retrieval.V1;
using Microsoft.Extensions.Options;

namespace IclMesh.Gateway.ImportDemonstrations;

/// <summary>Embeds and stores batch after batch; a batch is read only when the one before is durable.</summary>
internal sealed class ImportDemonstrationsHandler(
    InferenceService.InferenceServiceClient inference,
    RetrievalService.RetrievalServiceClient retrieval,
    GatewayTelemetry telemetry,
    IOptions<GatewayOptions> options)
{
    public async Task HandleAsync(
        IAsyncStreamReader<ImportDemonstrationsRequest> requests,
        IServerStreamWriter<ImportDemonstrationsResponse> responses,
        CancellationToken cancellationToken)
    {
        using var upsert = retrieval.UpsertDemonstrations(cancellationToken: cancellationToken);
        var created = new HashSet<string>(StringComparer.Ordinal);
        await foreach (var batch in requests.ReadAllAsync(cancellationToken))
        {
            var errors = ImportDemonstrationsRules.Check(batch, options.Value);
            var sound = batch.Demonstrations.Index().Where(item => errors[item.Index] is null).ToList();
            var answer = new ImportDemonstrationsResponse();
            var stored = new Dictionary<int, UpsertResult>();
            if (sound.Count > 0)
            {
                using var embedding = inference.EmbedAsync(
                    new() { Model = batch.Encoder, Texts = { sound.Select(item => item.Item.Text) } }, cancellationToken: cancellationToken);
                var embedded = await Leg.NameFailures(Leg.Embed, embedding.ResponseAsync, cancellationToken, LegFields.Import);
                if (created.Add(batch.Collection))
                {
                    await CreateCollectionAsync(batch, embedded, cancellationToken);
                }

                var written = await Leg.NameFailures(
                    Leg.Store, WriteAsync(upsert, ImportDemonstrationsMapping.ToUpsert(batch, sound, embedded), cancellationToken), cancellationToken, LegFields.Import);
                foreach (var (item, result) in sound.Zip(written.Results))
                {
                    stored[item.Index] = result;
                }

                answer.Truncated.AddRange(embedded.Truncated.Select(index => sound[index].Index));
                answer.CollectionVersion = written.CollectionVersion;
                telemetry.Imported(written.Written + written.Replaced);
            }

            answer.Results.AddRange(batch.Demonstrations.Index().Select(item =>
                stored.TryGetValue(item.Index, out var result) ? result : new() { Id = item.Item.Id, Error = errors[item.Index] }));
            await responses.WriteAsync(answer, cancellationToken);
        }

        await upsert.RequestStream.CompleteAsync();
    }

    private async Task CreateCollectionAsync(ImportDemonstrationsRequest batch, EmbedResponse embedded, CancellationToken cancellationToken)
    {
        var collection = new Collection
        {
            Name = batch.Collection,
            Dimension = embedded.Embeddings.Columns,
            Metric = Metric.Cosine,
            EmbeddingModel = embedded.Model.Name,
            EmbeddingModelVersion = embedded.Model.Version,
            Attributes = { batch.Attributes },
        };
        using var call = retrieval.CreateCollectionAsync(new() { Collection = collection }, cancellationToken: cancellationToken);
        await Leg.NameFailures(Leg.Store, call.ResponseAsync, cancellationToken, LegFields.Import);
    }

    private static async Task<UpsertDemonstrationsResponse> WriteAsync(
        AsyncDuplexStreamingCall<UpsertDemonstrationsRequest, UpsertDemonstrationsResponse> upsert,
        UpsertDemonstrationsRequest batch,
        CancellationToken cancellationToken)
    {
        await upsert.RequestStream.WriteAsync(batch, cancellationToken);
        return await upsert.ResponseStream.MoveNext(cancellationToken)
            ? upsert.ResponseStream.Current
            : throw new InvalidOperationException("the store closed the stream without an answer");
    }
}
