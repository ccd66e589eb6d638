namespace IclMesh.Retrieval.Core.Auditing;

/// <summary>What is odd about a demonstration.</summary>
public enum FindingKind
{
    /// <summary>The labels around it speak for another label than its own.</summary>
    Mislabelled,

    /// <summary>Another demonstration says the same with the same label.</summary>
    Redundant,

    /// <summary>Another demonstration says the same with another label.</summary>
    Conflicting,

    /// <summary>Nothing similar is there: a region that one demonstration covers alone.</summary>
    Isolated,

    /// <summary>Queries that were asked lie where no demonstration is.</summary>
    Uncovered,
}
