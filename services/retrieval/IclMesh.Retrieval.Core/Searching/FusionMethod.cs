namespace IclMesh.Retrieval.Core.Searching;

/// <summary>How two ranked lists become one.</summary>
public enum FusionMethod
{
    /// <summary>Σ weight / (k + rank) over the lists (Cormack, Clarke and Buettcher, "Reciprocal rank fusion", 2009).</summary>
    ReciprocalRank,

    /// <summary>Σ weight · score, each list's scores mapped to [0, 1] first; 0 where a list lacks the demonstration.</summary>
    NormalizedScore,
}
