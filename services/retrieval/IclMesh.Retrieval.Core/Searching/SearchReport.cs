namespace IclMesh.Retrieval.Core.Searching;

/// <summary>How a search went.</summary>
/// <param name="Exact">True: no demonstration that was left out scores higher than one that was returned.</param>
/// <param name="Visited">Rows that were compared with the query.</param>
/// <param name="Rescored">Rows that were scored in fp32.</param>
/// <param name="Revision">The collection's revision that was searched.</param>
public sealed record SearchReport(bool Exact, long Visited, long Rescored, long Revision);
