using Google.Protobuf;
using Grpc.Net.Client;
using IclMesh.Gateway.V1;
using IclMesh.Retrieval.V1;
using IclMesh.Testing;

namespace IclMesh.EndToEnd.Tests;

/// <summary>Which store keeps the demonstrations must not show in an answer.</summary>
public sealed class StoreTests
{
    private static readonly SelectionStrategy[] Strategies =
    [
        SelectionStrategy.Similar, SelectionStrategy.Mmr, SelectionStrategy.Dpp, SelectionStrategy.VoteK, SelectionStrategy.Cover, SelectionStrategy.Random,
    ];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Predict_SqliteAndPostgres_SameDemonstrationsAndDistribution()
    {
        var connection = await PostgresServer.RequireAsync();
        var schema = PostgresServer.NewSchema();
        try
        {
            var sqlite = await PredictAsync();
            var postgres = await PredictAsync(("Retrieval__Store", "postgres"), ("Retrieval__ConnectionString", connection), ("Retrieval__Schema", schema));

            Assert.Equal(Strategies.Length, sqlite.Count);
            Assert.All(sqlite.Zip(postgres), pair =>
            {
                Assert.Equal(6, pair.First.Demonstrations.Count);
                Assert.Equal(pair.First.Demonstrations, pair.Second.Demonstrations);
                Assert.Equal(pair.First.Probabilities, pair.Second.Probabilities);
                Assert.Equal(pair.First.Rejections, pair.Second.Rejections);
            });
        }
        finally
        {
            await PostgresServer.DropAsync(connection, schema);
        }
    }

    private static async Task<List<PredictResponse>> PredictAsync(params (string Key, string Value)[] settings)
    {
        await using var mesh = await MeshProcesses.StartAsync([.. Models.Only, .. settings]);
        using var channel = GrpcChannel.ForAddress(mesh.Gateway);
        var gateway = new GatewayService.GatewayServiceClient(channel);
        var file = Path.Combine(SharedFolder.Repository, "samples", "demonstrations", "sentiment.jsonl");
        var rows = await File.ReadAllLinesAsync(file, Token);
        await Reviews.ImportAsync(gateway, rows.Select(JsonParser.Default.Parse<NewDemonstration>));

        var answers = new List<PredictResponse>();
        foreach (var strategy in Strategies)
        {
            var request = Reviews.Request("a smart and moving film with terrific performances");
            request.Selection = new() { K = 6, Strategy = strategy, Seed = 3 };
            answers.Add(await gateway.PredictAsync(request, cancellationToken: Token));
        }

        return answers;
    }
}
