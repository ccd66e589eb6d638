using Google.Protobuf.WellKnownTypes;
using IclMesh.Retrieval.Core.Searching;
using Microsoft.Extensions.Options;

namespace IclMesh.Retrieval.Search;

internal sealed class SearchHandler(DemonstrationSearch search, IOptions<RetrievalOptions> options, TimeProvider clock)
{
    public async Task<V1.SearchResponse> HandleAsync(V1.SearchRequest request, CancellationToken cancellationToken)
    {
        SearchRules.Check(request, options.Value);
        using var span = RetrievalTelemetry.StartSearch(request.Collection);
        var start = clock.GetTimestamp();

        var core = request.ToCore();
        var answer = await search.SearchAsync(core, cancellationToken);

        var response = answer.ToWire();
        var duration = clock.GetElapsedTime(start);
        response.Duration = Duration.FromTimeSpan(duration);
        var strategy = new KeyValuePair<string, object?>(RetrievalTelemetry.Strategy, core.Strategy.ToString().ToLowerInvariant());
        RetrievalTelemetry.SearchDuration.Record(duration.TotalSeconds, strategy);
        RetrievalTelemetry.RowsVisited.Add(answer.Report.Visited);
        foreach (var rejection in answer.Rejections)
        {
            RetrievalTelemetry.Rejections.Add(1, new KeyValuePair<string, object?>(RetrievalTelemetry.Reason, rejection.Reason.ToWire()));
        }

        span?.SetTag(RetrievalTelemetry.Strategy, strategy.Value);
        span?.SetTag(RetrievalTelemetry.DemonstrationCount, answer.Hits.Count);
        span?.SetTag(RetrievalTelemetry.DemonstrationIds, answer.Hits.Select(hit => hit.Demonstration.Id).ToArray());
        span?.SetTag(RetrievalTelemetry.Exact, answer.Report.Exact);
        span?.SetTag(RetrievalTelemetry.Starved, answer.Report.Starved);
        span?.SetTag(RetrievalTelemetry.Recall, answer.Report.Recall?.Recall);
        span?.SetTag(RetrievalTelemetry.Visited, answer.Report.Visited);
        span?.SetTag(RetrievalTelemetry.Rescored, answer.Report.Rescored);
        span?.SetTag(RetrievalTelemetry.Rejected, answer.Rejections.Count);
        return response;
    }
}
