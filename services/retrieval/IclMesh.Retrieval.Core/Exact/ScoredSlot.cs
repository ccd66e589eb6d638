namespace IclMesh.Retrieval.Core.Exact;

/// <summary>A row that a scan found.</summary>
/// <param name="Slot">Its row number.</param>
/// <param name="Score">Its fp32 score; greater is nearer.</param>
internal readonly record struct ScoredSlot(int Slot, float Score);
