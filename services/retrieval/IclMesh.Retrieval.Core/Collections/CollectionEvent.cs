using IclMesh.Retrieval.Core.Demonstrations;

namespace IclMesh.Retrieval.Core.Collections;

/// <summary>An entry of a collection's change feed.</summary>
/// <param name="Revision">Its position; also the demonstration's version after it.</param>
/// <param name="Id">The demonstration.</param>
/// <param name="Kind">What happened to it.</param>
public sealed record CollectionEvent(long Revision, string Id, WriteKind Kind);
