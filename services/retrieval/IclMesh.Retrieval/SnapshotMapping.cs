using Google.Protobuf.WellKnownTypes;
using IclMesh.Retrieval.Core.Collections;

namespace IclMesh.Retrieval;

/// <summary>Snapshots on the wire.</summary>
internal static class SnapshotMapping
{
    /// <summary>Writes a snapshot.</summary>
    /// <param name="snapshot">The snapshot.</param>
    public static V1.Snapshot ToWire(this SnapshotInfo snapshot) => new()
    {
        Name = snapshot.Name,
        CreateTime = Timestamp.FromDateTimeOffset(snapshot.CreatedAt),
        CollectionVersion = snapshot.Revision,
        DemonstrationCount = snapshot.Count,
    };
}
