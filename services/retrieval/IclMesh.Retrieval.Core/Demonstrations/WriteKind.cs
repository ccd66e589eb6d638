namespace IclMesh.Retrieval.Core.Demonstrations;

/// <summary>What a write did.</summary>
public enum WriteKind
{
    /// <summary>The item was refused; nothing changed.</summary>
    Refused,

    /// <summary>The id was new, or had been deleted.</summary>
    Inserted,

    /// <summary>The content differed and was replaced.</summary>
    Updated,

    /// <summary>The stored content is the same already; the version stays.</summary>
    Unchanged,

    /// <summary>The demonstration was marked deleted.</summary>
    Deleted,
}
