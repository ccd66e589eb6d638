using IclMesh.Retrieval.Core.Collections;
using IclMesh.Retrieval.Core.Demonstrations;
using IclMesh.ServiceDefaults;

namespace IclMesh.Retrieval.UpsertDemonstrations;

/// <summary>One batch of the stream: what can be read goes to the store, what cannot is answered with its error.</summary>
/// <param name="capacity">Number of items.</param>
internal sealed class UpsertBatch(int capacity)
{
    private readonly List<V1.UpsertResult> results = new(capacity);
    private readonly List<int> places = new(capacity);
    private readonly List<DemonstrationWrite> writes = new(capacity);

    /// <summary>The items that could be read.</summary>
    public IReadOnlyList<DemonstrationWrite> Writes => writes;

    /// <summary>Reads an item.</summary>
    /// <param name="wire">The item.</param>
    /// <param name="model">The model of its vector.</param>
    /// <param name="expectedVersion">The version that the caller expects; null for any.</param>
    public void Add(V1.Demonstration wire, EmbeddingModel model, long? expectedVersion)
    {
        var result = new V1.UpsertResult { Id = wire.Id };
        results.Add(result);
        try
        {
            var rules = new RequestRules();
            var demonstration = wire.ToCore(rules);
            rules.ThrowIfBroken();
            writes.Add(new(demonstration, model, expectedVersion));
            places.Add(results.Count - 1);
        }
        catch (MeshException refusal)
        {
            result.Error = StatusTranslator.ToStatus(refusal);
        }
    }

    /// <summary>The answer, in request order.</summary>
    /// <param name="outcomes">What the store did with <see cref="Writes"/>.</param>
    public V1.UpsertDemonstrationsResponse ToResponse(IReadOnlyList<WriteOutcome> outcomes)
    {
        for (var i = 0; i < outcomes.Count; i++)
        {
            if (outcomes[i].Error is { } error)
            {
                results[places[i]].Error = StatusTranslator.ToStatus(error);
            }
            else
            {
                results[places[i]].Version = outcomes[i].Version;
                results[places[i]].Kind = outcomes[i].Kind switch
                {
                    WriteKind.Inserted => V1.UpsertKind.Written,
                    WriteKind.Updated => V1.UpsertKind.Replaced,
                    WriteKind.Unchanged => V1.UpsertKind.Unchanged,
                    var other => throw new InvalidOperationException($"an upsert was answered {other}"),
                };
            }
        }

        int Count(WriteKind kind) => outcomes.Count(outcome => outcome.Kind == kind);
        return new()
        {
            Results = { results },
            Written = Count(WriteKind.Inserted),
            Replaced = Count(WriteKind.Updated),
            Unchanged = Count(WriteKind.Unchanged),
        };
    }
}
