using IclMesh.Retrieval.Core;
using IclMesh.Retrieval.Core.Exact;
using IclMesh.Retrieval.Core.Filters;
using IclMesh.Retrieval.Core.Postgres;
using IclMesh.Retrieval.Core.Searching;
using IclMesh.Testing;

namespace IclMesh.Retrieval.Tests.Postgres;

/// <summary>What an HNSW index on the real server finds, and whether the store tells the truth about it.</summary>
public sealed class PostgresApproximateTests(ApproximateFixture collection) : IClassFixture<ApproximateFixture>
{
    private readonly float[][] queries = Given.Vectors(12, ApproximateFixture.Dimension, seed: 2);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Search_NarrowSearchWidth_EstimateEqualsTheRecallThatAScanFinds()
    {
        await using var store = await collection.OpenAsync(new("") { SearchWidth = 1, RecallSampleInterval = 1 });
        var recalls = new List<double>();
        RecallEstimate? estimate = null;

        foreach (var vector in queries)
        {
            var answer = await SearchAsync(store, vector);
            Assert.False(answer.Report.Exact);
            recalls.Add(answer.Matches.Count(match => Truth(vector, _ => true, 10).Contains(match.Demonstration.Id)) / 10.0);

            // The answer tells what was known before it; the next one of an untouched kind would be checked too.
            Assert.Equal(estimate, answer.Report.Recall);
            estimate = await EstimateAsync(store, recalls.Count);
        }

        Assert.Equal(recalls.Average(), estimate!.Recall, 1e-9);
        Assert.InRange(estimate.Recall, 0.05, 0.95);
        Assert.InRange(estimate.Recall, estimate.Lower, estimate.Upper);
    }

    [Fact]
    public async Task Search_WideSearchWidth_FindsNearlyAll()
    {
        await using var store = await collection.OpenAsync(new("") { SearchWidth = 200, RecallSampleInterval = 0 });
        var found = 0;

        foreach (var vector in queries)
        {
            var answer = await SearchAsync(store, vector);
            Assert.Equal((false, false, null), (answer.Report.Exact, answer.Report.Starved, answer.Report.Recall));
            found += answer.Matches.Count(match => Truth(vector, _ => true, 10).Contains(match.Demonstration.Id));
        }

        Assert.InRange(found / (10.0 * queries.Length), 0.9, 1);
    }

    [Fact]
    public async Task Search_FilterStarvesTheIndex_SaysSo()
    {
        await using var store = await collection.OpenAsync(new("") { SearchWidth = 10, MaxScanRows = 1, ExactWhenStarved = false });

        var starved = await SearchAsync(store, queries[0], "metadata.rare == true", limit: 5);
        var unfiltered = await SearchAsync(store, queries[0], limit: 5);
        var nothing = await SearchAsync(store, queries[0], "metadata.rare == \"no such value\"", limit: 5);

        Assert.Equal((false, true), (starved.Report.Exact, starved.Report.Starved));
        Assert.InRange(starved.Matches.Count, 0, 4);
        Assert.False(unfiltered.Report.Starved);
        Assert.Equal((0, false), (nothing.Matches.Count, nothing.Report.Starved));
    }

    [Fact]
    public async Task Search_FilterStarvesTheIndex_IsAnsweredByAScan()
    {
        await using var store = await collection.OpenAsync(new("") { SearchWidth = 10, MaxScanRows = 1 });

        var answers = await store.SearchAsync(
            Given.Name(),
            [
                Given.Query(5, queries[0]) with { Filter = Filter.Parse("metadata.rare == true") },
                Given.Query(5, queries[0]),
            ],
            Token);

        Assert.Equal((true, true), (answers[0].Report.Exact, answers[0].Report.Starved));
        Assert.Equal(Truth(queries[0], ApproximateFixture.IsRare, 5), answers[0].Matches.Select(match => match.Demonstration.Id));
        Assert.Equal((false, false), (answers[1].Report.Exact, answers[1].Report.Starved));
    }

    [Fact]
    public async Task Search_OverTheWire_CarriesEstimateAndStarvation()
    {
        await using var host = await InProcessHost.StartAsync(
            builder => builder.AddRetrieval(),
            app => app.MapRetrieval(),
            ("Retrieval:Store", "postgres"),
            ("Retrieval:ConnectionString", await PostgresServer.RequireAsync()),
            ("Retrieval:Schema", collection.Schema),
            ("Retrieval:Approximate", "true"),
            ("Retrieval:SearchWidth", "10"),
            ("Retrieval:MaxScanRows", "1"),
            ("Retrieval:RecallSampleInterval", "1"));
        var client = new V1.RetrievalService.RetrievalServiceClient(host.Channel);
        var request = new V1.SearchRequest
        {
            Collection = "demos",
            Text = "a query of its own",
            Vector = VectorBytes.Write(queries[0]),
            EmbeddingModel = Given.Model.Id,
            EmbeddingModelVersion = Given.Model.Version,
            K = 3,
        };
        var batch = new V1.BatchSearchRequest
        {
            Collection = "demos",
            EmbeddingModel = Given.Model.Id,
            EmbeddingModelVersion = Given.Model.Version,
            Vectors = { request.Vector },
            K = 3,
        };

        var answer = await client.SearchAsync(request, cancellationToken: Token);
        while (answer.RecallEstimate is null)
        {
            answer = await client.SearchAsync(request, cancellationToken: Token);
        }

        var together = await client.BatchSearchAsync(batch, cancellationToken: Token);
        request.Filter = batch.Filter = "metadata.rare == true";
        var starved = await client.SearchAsync(request, cancellationToken: Token);
        var starvedTogether = await client.BatchSearchAsync(batch, cancellationToken: Token);

        Assert.Equal((false, false), (answer.Exact, answer.FilterStarved));
        Assert.InRange(answer.RecallEstimate.Recall, answer.RecallEstimate.Lower, answer.RecallEstimate.Upper);
        Assert.InRange(together.RecallEstimate.CheckedSearches, answer.RecallEstimate.CheckedSearches, int.MaxValue);
        Assert.Equal((true, true, null), (starved.Exact, starved.FilterStarved, starved.RecallEstimate));
        Assert.Equal((true, true), (starvedTogether.Exact, starvedTogether.FilterStarved));
    }

    private static Task<VectorMatches> SearchAsync(IDemonstrationStore store, float[] vector, string filter = "", int limit = 10) =>
        SearchAsync(store, Given.Query(limit, vector) with { Filter = Filter.Parse(filter) });

    private static async Task<VectorMatches> SearchAsync(IDemonstrationStore store, VectorQuery query) =>
        (await store.SearchAsync(Given.Name(), [query], Token))[0];

    /// <summary>The estimate once it rests on so many checks.</summary>
    private static async Task<RecallEstimate> EstimateAsync(PostgresDemonstrationStore store, int checks)
    {
        while (true)
        {
            if (await store.RecallAsync(Given.Name(), filtered: false, Token) is { } estimate && estimate.Checks == checks)
            {
                return estimate;
            }

            await Task.Delay(5, Token);
        }
    }

    private string[] Truth(float[] query, Func<int, bool> passes, int limit) =>
    [
        .. collection.Vectors.Select((vector, row) => (Row: row, Score: VectorMath.Cosine(query, vector)))
            .Where(match => passes(match.Row))
            .OrderByDescending(match => match.Score)
            .ThenBy(match => match.Row)
            .Take(limit)
            .Select(match => ApproximateFixture.IdOf(match.Row)),
    ];
}
