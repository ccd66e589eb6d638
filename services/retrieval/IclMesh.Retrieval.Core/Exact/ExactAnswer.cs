namespace IclMesh.Retrieval.Core.Exact;

/// <summary>What an exact search found.</summary>
/// <param name="Best">Best first, equal scores in slot order; rows that tie with the last one wanted are there as well.</param>
/// <param name="Visited">Rows whose codes were compared with the query.</param>
/// <param name="Rescored">Rows that were scored in fp32.</param>
internal readonly record struct ExactAnswer(ScoredSlot[] Best, long Visited, long Rescored);
