using IclMesh.Gateway.Legs;
using IclMesh.Inference.V1;
using IclMesh.Retrieval.V1;
using Microsoft.Extensions.Options;

namespace IclMesh.Gateway.Predict;

/// <summary>Embeds an input and finds the demonstrations for its prompt.</summary>
internal sealed class DemonstrationSelector(
    InferenceService.InferenceServiceClient inference, RetrievalService.RetrievalServiceClient retrieval, IOptions<GatewayOptions> options)
{
    /// <summary>Demonstrations in prompt order.</summary>
    /// <param name="query">What is looked for.</param>
    /// <param name="legs">Records the two calls.</param>
    /// <param name="cancellationToken">The caller's token.</param>
    /// <exception cref="MeshException">The collection holds fewer than k.</exception>
    public async Task<SelectedDemonstrations> SelectAsync(DemonstrationQuery query, LegRecorder legs, CancellationToken cancellationToken)
    {
        var embedded = await legs.RunAsync(
            Leg.Embed,
            inference.EmbedAsync(new() { Model = query.Encoder, Texts = { query.Input } }, cancellationToken: cancellationToken),
            response => response.Timings);
        var selection = query.Selection ?? new();
        var k = selection.HasK ? selection.K : options.Value.DefaultK;
        var search = new SearchRequest
        {
            Collection = query.Collection,
            Text = query.Input,
            Vector = embedded.Embeddings.Values,
            EmbeddingModel = embedded.Model.Name,
            EmbeddingModelVersion = embedded.Model.Version,
            K = k,
            Strategy = selection.Strategy,
            Seed = selection.Seed,
            Order = selection.Order,
            LeakGuard = selection.LeakGuard,
        };
        var found = await legs.RunAsync(Leg.Search, retrieval.SearchAsync(search, cancellationToken: cancellationToken));
        if (found.Hits.Count + found.Rejections.Count < k)
        {
            var available = found.Hits.Count + found.Rejections.Count;
            throw MeshException.Invalid("selection.k", $"must be at most the {available} demonstrations of collection '{query.Collection}', is {k}");
        }

        var chosen = found.Hits.Select(hit => new PromptedDemonstration(hit, query.Verbalizer.Class(hit.Demonstration.Label, query.Collection))).ToList();
        return new(chosen, found.Rejections, embedded.Model, found.CollectionVersion, found.Exact, found.Hits.Count < k);
    }
}
