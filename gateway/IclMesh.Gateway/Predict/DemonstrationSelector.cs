using IclMesh.Gateway.Legs;
using IclMesh.Inference.V1;
using IclMesh.Retrieval.V1;
using Microsoft.Extensions.Options;

namespace IclMesh.Gateway.Predict;

/// <summary>Embeds an input and finds the demonstrations for its prompt.</summary>
internal sealed class DemonstrationSelector(
    InferenceService.InferenceServiceClient inference, RetrievalService.RetrievalServiceClient retrieval, IOptions<GatewayOptions> options)
{
    /// <summary>The input as a vector.</summary>
    public Task<EmbedResponse> EmbedAsync(DemonstrationQuery query, LegRecorder legs, CancellationToken cancellationToken) => legs.RunAsync(
        Leg.Embed,
        () => inference.EmbedAsync(new() { Model = query.Encoder, Texts = { query.Input } }, cancellationToken: cancellationToken),
        response => response.Timings,
        LegFields.Embed);

    /// <summary>Demonstrations in prompt order.</summary>
    /// <param name="query">What is looked for.</param>
    /// <param name="embedded">The input's vector.</param>
    /// <param name="legs">Records the call.</param>
    /// <param name="cancellationToken">The caller's token.</param>
    /// <exception cref="MeshException">The collection holds fewer than k.</exception>
    public async Task<SelectedDemonstrations> SelectAsync(
        DemonstrationQuery query, EmbedResponse embedded, LegRecorder legs, CancellationToken cancellationToken)
    {
        var found = await FindAsync(query, embedded, Leg.Search, legs, cancellationToken);
        var k = K(query);
        var available = found.Demonstrations.Count + found.Rejections.Count;
        return available < k
            ? throw MeshException.Invalid("selection.k", $"must be at most the {available} demonstrations of collection '{query.Collection}', is {k}")
            : found;
    }

    /// <summary>Up to k demonstrations, in prompt order.</summary>
    /// <param name="query">What is looked for.</param>
    /// <param name="embedded">The input's vector.</param>
    /// <param name="leg">Name of the call in the receipt.</param>
    /// <param name="legs">Records the call.</param>
    /// <param name="cancellationToken">The caller's token.</param>
    public async Task<SelectedDemonstrations> FindAsync(
        DemonstrationQuery query, EmbedResponse embedded, string leg, LegRecorder legs, CancellationToken cancellationToken)
    {
        var selection = query.Selection ?? new();
        var k = K(query);
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
        var found = await legs.RunAsync(leg, () => retrieval.SearchAsync(search, cancellationToken: cancellationToken), fields: LegFields.Search);
        var chosen = found.Hits.Select(hit => new PromptedDemonstration(hit, query.Verbalizer.Class(hit.Demonstration.Label, query.Collection))).ToList();
        return new(chosen, found.Rejections, embedded.Model, found.CollectionVersion, found.Exact, found.Hits.Count < k);
    }

    private int K(DemonstrationQuery query) => query.Selection is { HasK: true } selection ? selection.K : options.Value.DefaultK;
}
