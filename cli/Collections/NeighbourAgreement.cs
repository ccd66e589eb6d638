using IclMesh.Retrieval.V1;

namespace IclMesh.Cli.Collections;

/// <summary>How often retrieved demonstrations have the query's own label: the nearest ones against random ones.</summary>
/// <param name="Queries">Queries asked.</param>
/// <param name="Similar">Share of the k nearest that have the query's label, mean over queries.</param>
/// <param name="Random">The same for k drawn at random.</param>
/// <param name="Difference">Mean of the difference, query by query.</param>
internal sealed record NeighbourAgreement(int Queries, MeanWithInterval Similar, MeanWithInterval Random, MeanWithInterval Difference)
{
    private const int Batch = 100;

    /// <summary>Measures, with the labelled rows of one split as queries and those of another as demonstrations.</summary>
    public static async Task<NeighbourAgreement> MeasureAsync(
        RetrievalService.RetrievalServiceClient store, Collection collection, IReadOnlyList<Demonstration> queries, string split, int k, ulong seed, CancellationToken cancellationToken)
    {
        var filter = $"split == \"{split}\"";
        var (similar, random) = (new List<double>(), new List<double>());
        foreach (var batch in queries.Chunk(Batch))
        {
            var nearest = await store.BatchSearchAsync(
                new()
                {
                    Collection = collection.Name,
                    EmbeddingModel = collection.EmbeddingModel,
                    EmbeddingModelVersion = collection.EmbeddingModelVersion,
                    Vectors = { batch.Select(query => query.Vector) },
                    K = k,
                    Filter = filter,
                },
                cancellationToken: cancellationToken);
            similar.AddRange(batch.Zip(nearest.Neighbours, (query, found) => Share(query, found.Labels)));
            foreach (var query in batch)
            {
                var drawn = await store.SearchAsync(Draw(collection, query, filter, k, seed), cancellationToken: cancellationToken);
                random.Add(Share(query, drawn.Hits.Select(hit => hit.Demonstration.Label)));
            }
        }

        return new(queries.Count, MeanWithInterval.Of(similar), MeanWithInterval.Of(random), MeanWithInterval.Of([.. similar.Zip(random, (x, y) => x - y)]));
    }

    private static SearchRequest Draw(Collection collection, Demonstration query, string filter, int k, ulong seed) => new()
    {
        Collection = collection.Name,
        Text = query.Text,
        Vector = query.Vector,
        EmbeddingModel = collection.EmbeddingModel,
        EmbeddingModelVersion = collection.EmbeddingModelVersion,
        K = k,
        Strategy = SelectionStrategy.Random,
        Seed = seed,
        Filter = filter,
    };

    private static double Share(Demonstration query, IEnumerable<string> labels) => labels.Average(label => label == query.Label ? 1.0 : 0.0);
}
