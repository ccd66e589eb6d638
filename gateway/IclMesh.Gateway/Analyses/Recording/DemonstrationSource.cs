using System.Collections.Concurrent;
using IclMesh.Gateway.Legs;
using IclMesh.Inference.V1;
using IclMesh.Retrieval.V1;

namespace IclMesh.Gateway.Analyses.Recording;

/// <summary>Demonstrations for the rows of a study; asked for once per row, strategy and number.</summary>
internal sealed class DemonstrationSource(
    StudyContext study, InferenceService.InferenceServiceClient inference, RetrievalService.RetrievalServiceClient retrieval)
{
    private readonly ConcurrentDictionary<(int Row, SelectionStrategy Strategy, int K), Task<IReadOnlyList<Hit>>> found = [];

    /// <summary>The demonstrations of a row, in prompt order.</summary>
    /// <exception cref="MeshException">The collection holds too few.</exception>
    public async Task<IReadOnlyList<Hit>> GetAsync(int row, SelectionStrategy strategy, int k, CancellationToken cancellationToken)
    {
        if (k == 0)
        {
            return [];
        }

        var key = (row, strategy, k);
        try
        {
            return await found.GetOrAdd(key, _ => SearchAsync(row, strategy, k, cancellationToken));
        }
        catch
        {
            // A failure is not kept: the row will be tried again.
            found.TryRemove(key, out _);
            throw;
        }
    }

    private async Task<IReadOnlyList<Hit>> SearchAsync(int row, SelectionStrategy strategy, int k, CancellationToken cancellationToken)
    {
        var text = study.Study.Rows[row].Text;
        using var embedding = inference.EmbedAsync(new() { Model = study.Study.Encoder, Texts = { text } }, cancellationToken: cancellationToken);
        var embedded = await Leg.NameFailures(Leg.Embed, embedding.ResponseAsync, cancellationToken);
        var search = new SearchRequest
        {
            Collection = study.Study.Collection,
            Text = text,
            Vector = embedded.Embeddings.Values,
            EmbeddingModel = embedded.Model.Name,
            EmbeddingModelVersion = embedded.Model.Version,
            K = k,
            Strategy = strategy,
            Seed = study.Seed,
        };
        using var searching = retrieval.SearchAsync(search, cancellationToken: cancellationToken);
        var answer = await Leg.NameFailures(Leg.Search, searching.ResponseAsync, cancellationToken);
        return answer.Hits.Count == k
            ? answer.Hits
            : throw MeshException.Invalid("study.k", $"must be at most the {answer.Hits.Count} demonstrations that collection '{search.Collection}' has for row {row}, is {k}");
    }
}
