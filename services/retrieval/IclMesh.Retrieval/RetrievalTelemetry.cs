using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace IclMesh.Retrieval;

/// <summary>Source, meter, and the name of every span, instrument and tag of this service.</summary>
internal static class RetrievalTelemetry
{
    /// <summary>Name of source and meter.</summary>
    public const string Name = "IclMesh.Retrieval";

    /// <summary>Demonstrations that a search returned.</summary>
    public const string DemonstrationCount = "iclmesh.demo.count";

    /// <summary>Their ids, in the order returned.</summary>
    public const string DemonstrationIds = "iclmesh.demo.ids";

    /// <summary>True where no better demonstration can have been missed.</summary>
    public const string Exact = "iclmesh.retrieval.exact";

    /// <summary>Estimated recall of answers like this one; not set on exact ones and before the first check.</summary>
    public const string Recall = "iclmesh.retrieval.recall";

    /// <summary>True where a filter starved the index.</summary>
    public const string Starved = "iclmesh.retrieval.starved";

    /// <summary>Rows compared with the query.</summary>
    public const string Visited = "iclmesh.retrieval.visited";

    /// <summary>Rows scored again in fp32.</summary>
    public const string Rescored = "iclmesh.retrieval.rescored";

    /// <summary>Candidates that a guard or a rule refused.</summary>
    public const string Rejected = "iclmesh.retrieval.rejected";

    /// <summary>Selection strategy.</summary>
    public const string Strategy = "iclmesh.retrieval.strategy";

    /// <summary>Why a candidate was refused.</summary>
    public const string Reason = "iclmesh.retrieval.reason";

    /// <summary>Spans of this service.</summary>
    public static readonly ActivitySource Source = new(Name);

    private static readonly Meter Meter = new(Name);

    /// <summary>Time that searches took.</summary>
    public static readonly Histogram<double> SearchDuration =
        Meter.CreateHistogram<double>("iclmesh.retrieval.search.duration", "s", "Duration of searches.");

    /// <summary>Rows that searches visited.</summary>
    public static readonly Counter<long> RowsVisited =
        Meter.CreateCounter<long>("iclmesh.retrieval.rows.visited", "{row}", "Rows that searches compared with a query.");

    /// <summary>Candidates refused.</summary>
    public static readonly Counter<long> Rejections =
        Meter.CreateCounter<long>("iclmesh.retrieval.rejections", "{demonstration}", "Candidates that a guard or a rule refused.");

    /// <summary>Demonstrations written.</summary>
    public static readonly Counter<long> Written =
        Meter.CreateCounter<long>("iclmesh.retrieval.written", "{demonstration}", "Demonstrations inserted, replaced or deleted.");

    /// <summary>The span of one search, named by OpenTelemetry's convention for generative AI; null where nobody listens.</summary>
    /// <param name="collection">Name of the collection.</param>
    public static Activity? StartSearch(string collection)
    {
        var span = Source.StartActivity($"retrieval {collection}");
        span?.SetTag("gen_ai.operation.name", "retrieval");
        span?.SetTag("gen_ai.provider.name", "iclmesh");
        span?.SetTag("gen_ai.data_source.id", collection);
        return span;
    }
}
