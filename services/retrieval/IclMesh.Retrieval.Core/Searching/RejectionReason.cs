namespace IclMesh.Retrieval.Core.Searching;

/// <summary>Why a candidate was not chosen.</summary>
public enum RejectionReason
{
    /// <summary>It is the query itself, by id.</summary>
    QueryId,

    /// <summary>It has the query's text, letter case, spacing and punctuation aside.</summary>
    QueryText,

    /// <summary>Its vector is as good as the query's.</summary>
    QueryNearDuplicate,
}
