using IclMesh.Retrieval.Core;
using IclMesh.Retrieval.Core.Demonstrations;
using Microsoft.Extensions.Options;

namespace IclMesh.Retrieval.ListChanges;

internal sealed class ListChangesHandler(IDemonstrationStore store, IOptions<RetrievalOptions> options)
{
    public async Task<V1.ListChangesResponse> HandleAsync(V1.ListChangesRequest request, CancellationToken cancellationToken)
    {
        var pageSize = PageRules.Size(request.PageSize, options.Value);
        var changes = await store.ListChangesAsync(request.Collection.ToName("collection"), request.AfterVersion, pageSize, cancellationToken);
        return new()
        {
            Changes = { changes.Select(change => new V1.Change { Version = change.Revision, Id = change.Id, Kind = ToWire(change.Kind) }) },
        };
    }

    private static V1.ChangeKind ToWire(WriteKind kind) => kind switch
    {
        WriteKind.Inserted => V1.ChangeKind.Inserted,
        WriteKind.Updated => V1.ChangeKind.Updated,
        WriteKind.Deleted => V1.ChangeKind.Deleted,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "is no change"),
    };
}
