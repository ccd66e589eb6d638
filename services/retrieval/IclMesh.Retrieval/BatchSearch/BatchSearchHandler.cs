using IclMesh.Retrieval.Core;
using IclMesh.Retrieval.Core.Collections;
using IclMesh.Retrieval.Core.Filters;
using IclMesh.Retrieval.Core.Searching;
using IclMesh.Retrieval.Search;
using Microsoft.Extensions.Options;

namespace IclMesh.Retrieval.BatchSearch;

internal sealed class BatchSearchHandler(IDemonstrationStore store, SearchMemory memory, IOptions<RetrievalOptions> options)
{
    public async Task<V1.BatchSearchResponse> HandleAsync(V1.BatchSearchRequest request, CancellationToken cancellationToken)
    {
        var rules = new RequestRules();
        rules.InRange("vectors", request.Vectors.Count, 1, options.Value.MaxPageSize);
        rules.InRange("k", request.K, 1, options.Value.MaxHits);
        float[][] vectors = [.. request.Vectors.Select((bytes, i) => VectorBytes.Read($"vectors[{i}]", bytes, rules))];
        rules.ThrowIfBroken();

        var name = request.Collection.ToName("collection");
        var matches = (long)request.Vectors.Count * request.K;
        using var reserved = memory.Reserve(SearchMemory.OfMatches(matches) + SearchMemory.OfRows(
            Math.Min(matches, (await store.GetCollectionAsync(name, cancellationToken)).Count), dimension: 0));
        var model = new EmbeddingModel(request.EmbeddingModel, request.EmbeddingModelVersion);
        var filter = Filter.Parse(request.Filter);
        var answers = await store.SearchAsync(
            name,
            [.. vectors.Select(vector => new VectorQuery(vector, model, request.K, filter) { Content = MatchContent.Labels })],
            cancellationToken);
        default(AnswerSize).Add("k", answers.Sum(answer => answer.Matches.Sum(Bytes)));

        RetrievalTelemetry.RowsVisited.Add(answers.Sum(answer => answer.Report.Visited));
        var together = answers.Select(answer => answer.Report).Aggregate((x, y) => x.And(y));
        return new()
        {
            Neighbours = { answers.Select(ToWire) },
            Exact = together.Exact,
            RowsVisited = answers[0].Report.Visited,
            RowsRescored = together.Rescored,
            CollectionVersion = together.Revision,
            RecallEstimate = together.Recall?.ToWire(),
            FilterStarved = together.Starved,
        };
    }

    // UTF-8 takes at most three bytes for what UTF-16 takes one unit for.
    private static long Bytes(VectorMatch match) => (3 * (match.Demonstration.Id.Length + match.Demonstration.Label.Length)) + 16;

    private static V1.Neighbours ToWire(VectorMatches answer) => new()
    {
        Ids = { answer.Matches.Select(match => match.Demonstration.Id) },
        Labels = { answer.Matches.Select(match => match.Demonstration.Label) },
        Similarities = { answer.Matches.Select(match => (double)match.Score) },
    };
}
