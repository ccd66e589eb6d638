namespace IclMesh.Retrieval.Core.Filters;

/// <summary>What a filter can look at.</summary>
internal enum FilterFieldKind
{
    /// <summary>The id.</summary>
    Id,

    /// <summary>The label.</summary>
    Label,

    /// <summary>The split; an empty one does not exist.</summary>
    Split,

    /// <summary>The version.</summary>
    Version,

    /// <summary>An entry of the metadata.</summary>
    Metadata,
}
