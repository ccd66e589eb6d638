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

    /// <summary>Its vector is as good as that of a chosen demonstration.</summary>
    NearDuplicateOfChosen,

    /// <summary>Its text is nearly that of a chosen demonstration.</summary>
    NearDuplicateTextOfChosen,

    /// <summary>Enough demonstrations of its label were chosen already.</summary>
    QuotaFull,

    /// <summary>It would cost more tokens than are left.</summary>
    OverBudget,
}
