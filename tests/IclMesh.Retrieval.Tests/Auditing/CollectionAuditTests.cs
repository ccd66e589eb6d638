using IclMesh.Retrieval.Core.Auditing;
using IclMesh.Retrieval.Core.Sqlite;

namespace IclMesh.Retrieval.Tests.Auditing;

public sealed class CollectionAuditTests : IAsyncLifetime
{
    private readonly TemporaryFolder folder = new();
    private SqliteDemonstrationStore? store;

    public ValueTask InitializeAsync()
    {
        store = SqliteDemonstrationStore.Open(new(folder.Path), TimeProvider.System);
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await store!.DisposeAsync();
        folder.Dispose();
    }

    [Fact]
    public async Task Run_FlippedLabels_AreFlaggedFirst()
    {
        // Two clear clusters, 100 each; every tenth of the first carries the other label.
        var random = new Random(1);
        var content = Enumerable.Range(0, 200).Select(i =>
        {
            var (x, y) = i < 100 ? (1f, 0f) : (0f, 1f);
            var label = (i < 100) == (i % 10 != 0 || i >= 100) ? "left" : "right";
            return Given.Demonstration($"d{i:D3}", x + (0.2f * random.NextSingle()), y + (0.2f * random.NextSingle()), 0.1f * random.NextSingle()) with { Label = label };
        });
        await store!.With(Given.Schema(3), content);

        var findings = await RunAsync(new(RedundantSimilarity: 1));

        var flagged = findings.Where(finding => finding.Kind == FindingKind.Mislabelled).ToArray();
        Assert.Equal(Enumerable.Range(0, 10).Select(i => $"d{i * 10:D3}"), flagged.Take(10).Select(finding => finding.Id).Order());
        Assert.All(flagged.Take(10), finding => Assert.Equal(("right", "left"), (finding.Label, finding.SuggestedLabel)));
    }

    [Fact]
    public async Task Run_QueriesWhereNothingIs_AreRegions()
    {
        // Demonstrations around one axis; queries there, around a second axis, and one alone on the third.
        var random = new Random(1);
        float[] Near(int axis, float spread) => [.. Enumerable.Range(0, 3).Select(i => (i == axis ? 1f : 0f) + (spread * random.NextSingle()))];
        await store!.With(Given.Schema(3), Enumerable.Range(0, 60).Select(i => Given.Demonstration($"d{i:D2}", Near(0, 0.05f))));
        float[][] queries = [[1, 0.02f, 0.02f], [1, 0.02f, 0.03f], Near(2, 0.01f), .. Enumerable.Range(0, 7).Select(_ => Near(1, 0.001f))];

        var findings = await RunAsync(new() { Queries = queries, UncoveredShare = 0.01 });

        var regions = findings.Where(finding => finding.Kind == FindingKind.Uncovered).ToArray();
        Assert.Equal([7.0, 1.0], regions.Select(region => region.Score));
        Assert.Equal(2, regions[1].Query);
        Assert.InRange(regions[0].Query, 3, 9);
        Assert.All(regions, region => Assert.StartsWith("d", region.OtherId, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Run_QueryOfWrongDimension_NamesIt()
    {
        await store!.With(Given.Schema(3), Given.Demonstration("a", 1, 0, 0));

        var error = await Assert.ThrowsAsync<MeshException>(() => RunAsync(new() { Queries = [[1, 0, 0], [1, 0]] }));

        Assert.Equal("query_vectors[1]", Assert.Single(error.Violations).Field);
    }

    [Fact]
    public async Task Run_CopiesAndAStranger_AreNamed()
    {
        await store!.With(
            Given.Schema(3),
            Given.Demonstration("a", 1, 0, 0),
            Given.Demonstration("b", 1, 0.001f, 0),
            Given.Demonstration("c", 0, 1, 0),
            Given.Demonstration("d", 0, 1, 0.001f) with { Label = "negative" },
            Given.Demonstration("e", 0, 0, -1));

        var findings = await RunAsync(new(Neighbours: 4, IsolatedShare: 0.2));

        var named = findings.Where(finding => finding.Kind != FindingKind.Mislabelled).Select(finding => (finding.Kind, finding.Id, finding.OtherId));
        Assert.Equal(
            [(FindingKind.Redundant, "b", "a"), (FindingKind.Conflicting, "c", "d"), (FindingKind.Conflicting, "d", "c"), (FindingKind.Isolated, "e", "a")],
            named);
    }

    [Fact]
    public async Task Run_Progress_EndsAtTheTotal()
    {
        await store!.With(Given.Schema(), Enumerable.Range(0, 150).Select(i => Given.Demonstration($"d{i}", 1, i)));
        var seen = new List<AuditProgress>();

        await new CollectionAudit(store!).RunAsync(Given.Name(), new(), progress =>
        {
            seen.Add(progress);
            return Task.CompletedTask;
        }, TestContext.Current.CancellationToken);

        Assert.Equal([64L, 128L, 150L], seen.Select(progress => progress.Done));
        Assert.All(seen, progress => Assert.Equal(150, progress.Total));
    }

    private Task<IReadOnlyList<Finding>> RunAsync(AuditSettings settings) =>
        new CollectionAudit(store!).RunAsync(Given.Name(), settings, _ => Task.CompletedTask, TestContext.Current.CancellationToken);
}
