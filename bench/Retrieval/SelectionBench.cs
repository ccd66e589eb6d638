using IclMesh.Retrieval.Core.Collections;
using IclMesh.Retrieval.Core.Exact;
using IclMesh.Retrieval.Core.Searching;
using IclMesh.Retrieval.Core.Selection;
using Spectre.Console;

namespace IclMesh.Bench.Retrieval;

/// <summary>Choosing 16 of 200 candidates.</summary>
internal static class SelectionBench
{
    private const int Dimension = 384;

    /// <summary>Measures and prints.</summary>
    /// <param name="console">Where to print.</param>
    public static void Run(IAnsiConsole console)
    {
        var query = BenchVectors.Make(1, Dimension, seed: 3);
        var values = BenchVectors.Make(200, Dimension, seed: 2);
        Candidate[] candidates =
        [
            .. Enumerable.Range(0, 200)
                .Select(i => values.AsSpan(i * Dimension, Dimension).ToArray())
                .Select((vector, i) => new Candidate(
                    new() { Id = $"{i}", Text = "text", Label = $"{i % 4}", Vector = vector },
                    new(VectorMath.Cosine(query, vector), i + 1),
                    VectorMath.Cosine(query, vector)))
                .OrderByDescending(candidate => candidate.Relevance),
        ];
        var table = new Table().Title("Choosing 16 of 200 candidates x 384; milliseconds: minimum / median / maximum").AddColumns("strategy", "time");
        foreach (var strategy in Enum.GetValues<SelectionStrategy>())
        {
            var request = new SearchRequest
            {
                Collection = new("", "bench"),
                Vector = query,
                Model = new("bench", "1"),
                Text = "",
                Count = 16,
                Strategy = strategy,
            };
            var time = Measurement.Of(
                200,
                _ =>
                {
                    var pool = new CandidatePool(candidates, query);
                    var limits = new SelectionLimits(pool, request, []);
                    GreedySelection.Run(pool, StrategyFactory.Create(request, pool, VectorMetric.Cosine), limits, request, []);
                },
                TimeSpan.FromSeconds(1));
            table.AddRow($"{strategy}", $"{time}");
        }

        console.Write(table);
    }
}
