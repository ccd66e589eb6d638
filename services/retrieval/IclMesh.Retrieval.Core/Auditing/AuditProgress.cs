namespace IclMesh.Retrieval.Core.Auditing;

/// <summary>How far an audit is.</summary>
/// <param name="Done">Demonstrations looked at.</param>
/// <param name="Total">Demonstrations to look at.</param>
public readonly record struct AuditProgress(long Done, long Total);
