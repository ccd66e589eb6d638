using IclMesh.Retrieval.Core.Collections;
using IclMesh.Retrieval.Core.Demonstrations;
using IclMesh.Retrieval.Core.Exact;
using IclMesh.Retrieval.Core.Filters;
using IclMesh.Retrieval.Core.Selection;

namespace IclMesh.Retrieval.Core.Searching;

/// <summary>Fetches the candidates of a request from the store: a few of them whole, many without their texts.</summary>
/// <param name="store">The store.</param>
/// <param name="request">The request.</param>
/// <param name="collection">The collection as it stands.</param>
internal sealed class CandidateSource(IDemonstrationStore store, SearchRequest request, CollectionInfo collection)
{
    /// <summary>Candidates that are read whole at once: a second read of those that are chosen takes longer than the texts of the others.</summary>
    private const int Few = 32;

    private MatchContent content;
    private readonly float queryNorm = VectorMath.Norm(request.Vector.Span);

    /// <summary>Fetches candidates.</summary>
    /// <param name="limit">How many of each list.</param>
    /// <param name="labels">Labels of which as many are wanted each, whatever their relevance.</param>
    /// <param name="cancellationToken">Stops the search.</param>
    public async Task<Candidates> FetchAsync(int limit, IReadOnlyList<string> labels, CancellationToken cancellationToken)
    {
        // Null stands for the general list, without a label of its own.
        Filter?[] filters = [request.Filter, .. labels.Select(label => Filter.OfLabel(label, request.Filter))];

        // Of many, texts are read of those alone that are chosen, and metadata only where a cost stands in it.
        content = (long)limit * filters.Length <= Few ? MatchContent.Whole
            : request.Budget is { CostKey.Length: > 0 } ? MatchContent.Facts
            : MatchContent.Vectors;
        return request.Strategy == SelectionStrategy.Random
            ? await DrawAsync(limit, filters, cancellationToken)
            : request.Mode switch
            {
                SearchMode.Vector => await ByVectorAsync(limit, filters, cancellationToken),
                _ => await WithTextAsync(limit, filters, cancellationToken),
            };
    }

    private async Task<Candidates> DrawAsync(int limit, Filter?[] filters, CancellationToken cancellationToken)
    {
        var seed = SeededDraw.Seed(request.Seed, request.Text);
        var drawn = new Dictionary<string, Demonstration>();
        var complete = true;
        foreach (var filter in filters)
        {
            var sample = await store.SampleAsync(request.Collection, new(seed, limit, filter) { Content = content }, cancellationToken);
            complete &= sample.Count < limit;
            foreach (var demonstration in sample)
            {
                drawn[demonstration.Id] = demonstration;
            }
        }

        var ordered = drawn.Values
            .OrderBy(demonstration => SeededDraw.Key(SeededDraw.Hash(demonstration.Id), seed))
            .ThenBy(demonstration => demonstration.Id, Utf8Order.Instance)
            .Select((demonstration, place) => new Candidate(demonstration, new(Similarity(demonstration), VectorRank: 0), -place));
        return new([.. ordered], new(Exact: true, collection.Count, drawn.Count, collection.Revision), complete);
    }

    private async Task<Candidates> ByVectorAsync(int limit, Filter?[] filters, CancellationToken cancellationToken)
    {
        var answers = await VectorListsAsync(limit, filters, cancellationToken);
        var merged = new Dictionary<string, Candidate>();
        for (var list = 0; list < answers.Count; list++)
        {
            for (var i = 0; i < answers[list].Matches.Count; i++)
            {
                var (demonstration, score) = answers[list].Matches[i];
                merged.TryAdd(demonstration.Id, new(demonstration, new(score, list == 0 ? i + 1 : 0), score));
            }
        }

        var ordered = merged.Values
            .OrderByDescending(candidate => candidate.Relevance)
            .ThenBy(candidate => candidate.Demonstration.Id, Utf8Order.Instance);
        return new([.. ordered], Combine(answers), answers.All(answer => answer.Matches.Count < limit));
    }

    private async Task<Candidates> WithTextAsync(int limit, Filter?[] filters, CancellationToken cancellationToken)
    {
        var hybrid = request.Mode == SearchMode.Hybrid;
        var vectors = hybrid ? await VectorListsAsync(limit, filters, cancellationToken) : [];
        var merged = new Dictionary<string, Candidate>();
        var complete = vectors.All(answer => answer.Matches.Count < limit);
        var scorer = "";
        for (var list = 0; list < filters.Length; list++)
        {
            var texts = await store.SearchTextAsync(request.Collection, new(request.Text, limit, filters[list]) { Content = content }, cancellationToken);
            scorer = texts.Scorer;
            complete &= texts.Matches.Count < limit;
            var part = hybrid
                ? Fusion.Fuse(vectors[list].Matches, texts.Matches, request.Fusion, match => Similarity(match.Demonstration))
                : [.. texts.Matches.Select((match, i) => new Candidate(
                    match.Demonstration, new(Similarity(match.Demonstration), VectorRank: 0, match.Score, i + 1), match.Score))];
            foreach (var candidate in part)
            {
                merged.TryAdd(candidate.Demonstration.Id, candidate);
            }
        }

        var ordered = merged.Values
            .OrderByDescending(candidate => candidate.Relevance)
            .ThenBy(candidate => candidate.Demonstration.Id, Utf8Order.Instance);
        var report = hybrid ? Combine(vectors) : new SearchReport(Exact: true, 0, merged.Count, collection.Revision);
        return new([.. ordered], report, complete, scorer);
    }

    private Task<IReadOnlyList<VectorMatches>> VectorListsAsync(int limit, Filter?[] filters, CancellationToken cancellationToken) => store.SearchAsync(
        request.Collection, [.. filters.Select(filter => new VectorQuery(request.Vector, request.Model, limit, filter) { Content = content })], cancellationToken);

    private float Similarity(Demonstration demonstration) => VectorMath.Score(
        collection.Schema.Metric, request.Vector.Span, queryNorm, demonstration.Vector, VectorMath.Norm(demonstration.Vector));

    private static SearchReport Combine(IReadOnlyList<VectorMatches> answers) =>
        answers.Select(answer => answer.Report).Aggregate((x, y) => x.And(y));
}
