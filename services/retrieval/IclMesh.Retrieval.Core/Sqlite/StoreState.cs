namespace IclMesh.Retrieval.Core.Sqlite;

/// <summary>The table <c>state</c>: which part of the vector files committed writes use.</summary>
/// <param name="Generation">Grows with every compaction; part of the vector files' names.</param>
/// <param name="Slots">Rows of the vector files that are in use or were.</param>
/// <param name="Revision">Grows by one with every change of a demonstration.</param>
internal readonly record struct StoreState(long Generation, int Slots, long Revision);
