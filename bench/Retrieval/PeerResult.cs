namespace IclMesh.Bench.Retrieval;

/// <summary>What a peer did.</summary>
/// <param name="Name">The peer.</param>
/// <param name="Times">Time of each repetition.</param>
/// <param name="Ids">Ids found in the first repetition, one list a query.</param>
internal sealed record PeerResult(string Name, Measurement Times, int[][] Ids);
