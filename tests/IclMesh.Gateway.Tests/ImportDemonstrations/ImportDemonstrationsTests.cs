using Google.Protobuf.WellKnownTypes;
using IclMesh.Gateway.V1;
using IclMesh.Retrieval.V1;
using IclMesh.Testing;

namespace IclMesh.Gateway.Tests.ImportDemonstrations;

public sealed class ImportDemonstrationsTests
{
    [Fact]
    public async Task Import_TwoBatches_CreatesTheCollectionOnceAndStoresBoth()
    {
        await using var mesh = await GatewayFixture.StartAsync();

        var answers = await ImportAsync(mesh, Batch(("good", "1")), Batch(("bad", "0"), ("worse", "0")));

        var collection = Assert.Single(mesh.Retrieval.Created);
        Assert.Equal(("reviews", 2, "encoder", "2"), (collection.Name, collection.Dimension, collection.EmbeddingModel, collection.EmbeddingModelVersion));
        Assert.Equal([1, 2], mesh.Retrieval.Upserts.Select(batch => batch.Demonstrations.Count));
        Assert.All(answers.SelectMany(answer => answer.Results), result => Assert.Null(result.Error));
    }

    [Fact]
    public async Task Import_BrokenDemonstration_IsRefusedAlone()
    {
        await using var mesh = await GatewayFixture.StartAsync();

        var answer = Assert.Single(await ImportAsync(mesh, Batch(("good", "1"), ("", "0"), ("bad", "0"))));

        Assert.Equal([UpsertResult.OutcomeOneofCase.Version, UpsertResult.OutcomeOneofCase.Error, UpsertResult.OutcomeOneofCase.Version], answer.Results.Select(r => r.OutcomeCase));
        Assert.Contains("demonstrations[1].text", answer.Results[1].Error.Message, StringComparison.Ordinal);
        Assert.Equal(["good", "bad"], Assert.Single(mesh.Retrieval.Upserts).Demonstrations.Select(d => d.Text));
    }

    [Fact]
    public async Task Import_SameRowTwice_GetsTheSameId()
    {
        await using var mesh = await GatewayFixture.StartAsync();

        await ImportAsync(mesh, Batch(("good", "1")), Batch(("good", "1")), Batch(("good", "0")));

        var ids = mesh.Retrieval.Upserts.Select(batch => batch.Demonstrations[0].Id).ToList();
        Assert.Equal(ids[0], ids[1]);
        Assert.NotEqual(ids[0], ids[2]);
    }

    [Fact]
    public async Task Import_Facts_ReachTheStoreExactly()
    {
        await using var mesh = await GatewayFixture.StartAsync();
        var batch = Batch(("good", "1"));
        var row = batch.Demonstrations[0];
        row.Split = "train";
        row.Metadata = Struct.Parser.ParseJson("""{"source": "web", "stars": 4.5, "checked": true}""");
        row.MetadataIntegers.Add("tweet", 9_007_199_254_740_993);
        row.MetadataIntegers.Add("least", long.MinValue);

        await ImportAsync(mesh, batch);

        var stored = Assert.Single(Assert.Single(mesh.Retrieval.Upserts).Demonstrations);
        Assert.Equal(("good", "1", "train"), (stored.Text, stored.Label, stored.Split));
        Assert.Equal(row.Metadata, stored.Metadata);
        Assert.Equal(row.MetadataIntegers, stored.MetadataIntegers);
    }

    [Fact]
    public async Task Import_EmptyBatch_NamesTheField()
    {
        await using var mesh = await GatewayFixture.StartAsync();

        await RpcAssert.RefusesAsync("demonstrations", () => ImportAsync(mesh, Batch()));
    }

    private static ImportDemonstrationsRequest Batch(params (string Text, string Label)[] rows) => new()
    {
        Collection = "reviews",
        Encoder = "encoder",
        Demonstrations = { rows.Select(row => new NewDemonstration { Text = row.Text, Label = row.Label }) },
    };

    private static async Task<List<ImportDemonstrationsResponse>> ImportAsync(GatewayFixture mesh, params ImportDemonstrationsRequest[] batches)
    {
        using var call = mesh.Client.ImportDemonstrations(cancellationToken: TestContext.Current.CancellationToken);
        var answers = new List<ImportDemonstrationsResponse>();
        foreach (var batch in batches)
        {
            await call.RequestStream.WriteAsync(batch, TestContext.Current.CancellationToken);
            if (await call.ResponseStream.MoveNext(TestContext.Current.CancellationToken))
            {
                answers.Add(call.ResponseStream.Current);
            }
        }

        await call.RequestStream.CompleteAsync();
        return answers;
    }
}
