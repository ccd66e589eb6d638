namespace IclMesh.Retrieval.Core.Searching;

/// <summary>Why a candidate was not chosen.</summary>
public enum RejectionReason
{
    /// <summary>The request excludes its id.</summary>
    Excluded,

    /// <summary>It has the query's text, letter case, spacing and punctuation aside.</summary>
    SameText,

    /// <summary>Its vector is as good as the query's.</summary>
    NearDuplicate,
}
