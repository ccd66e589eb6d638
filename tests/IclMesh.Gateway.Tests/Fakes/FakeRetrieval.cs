using Grpc.Core;
using IclMesh.Retrieval.V1;

namespace IclMesh.Gateway.Tests.Fakes;

/// <summary>A retrieval service with as many demonstrations as a test puts in.</summary>
internal sealed class FakeRetrieval : RetrievalService.RetrievalServiceBase
{
    public List<(string Id, string Text, string Label, double Similarity)> Stored { get; } =
    [
        ("a", "dull and slow", "0", 0.3),
        ("b", "a joy to watch", "1", 0.6),
        ("c", "moving and funny", "1", 0.9),
    ];

    public List<Collection> Created { get; } = [];

    public List<UpsertDemonstrationsRequest> Upserts { get; } = [];

    /// <summary>What a guard refuses.</summary>
    public List<Rejection> Rejections { get; } = [];

    /// <summary>A search compares every vector.</summary>
    public bool Exact { get; set; } = true;

    public SearchRequest? LastSearch { get; private set; }

    public Func<ServerCallContext, Task> BeforeSearch { get; set; } = _ => Task.CompletedTask;

    public override async Task<SearchResponse> Search(SearchRequest request, ServerCallContext context)
    {
        LastSearch = request;
        await BeforeSearch(context);
        return new()
        {
            Exact = Exact,
            Rejections = { Rejections },
            CollectionVersion = 7,
            Hits =
            {
                Stored.TakeLast(request.K).Select(row => new Hit
                {
                    Demonstration = new() { Id = row.Id, Text = row.Text, Label = row.Label }, Similarity = row.Similarity, Reason = $"near {row.Id}",
                }),
            },
        };
    }

    public override Task<GetCollectionResponse> GetCollection(GetCollectionRequest request, ServerCallContext context)
    {
        if (request.Name == "missing")
        {
            throw MeshException.NotFound("collection", request.Name);
        }

        var collection = new Collection { Name = request.Name, EmbeddingModel = "encoder", EmbeddingModelVersion = "2", DemonstrationCount = Stored.Count, Version = 7 };
        return Task.FromResult(new GetCollectionResponse
        {
            Collection = collection,
            LabelCounts = { Stored.GroupBy(row => row.Label).ToDictionary(rows => rows.Key, rows => (long)rows.Count()) },
        });
    }

    public override Task<CreateCollectionResponse> CreateCollection(CreateCollectionRequest request, ServerCallContext context)
    {
        Created.Add(request.Collection);
        return Task.FromResult(new CreateCollectionResponse { Collection = request.Collection });
    }

    public override async Task UpsertDemonstrations(
        IAsyncStreamReader<UpsertDemonstrationsRequest> requestStream, IServerStreamWriter<UpsertDemonstrationsResponse> responseStream, ServerCallContext context)
    {
        await foreach (var batch in requestStream.ReadAllAsync(context.CancellationToken))
        {
            Upserts.Add(batch);
            await responseStream.WriteAsync(new()
            {
                Results = { batch.Demonstrations.Select(d => new UpsertResult { Id = d.Id, Version = 1 }) },
                Written = batch.Demonstrations.Count,
                CollectionVersion = Upserts.Count,
            });
        }
    }
}
