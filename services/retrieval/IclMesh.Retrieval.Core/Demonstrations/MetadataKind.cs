namespace IclMesh.Retrieval.Core.Demonstrations;

/// <summary>The types that metadata may have.</summary>
public enum MetadataKind
{
    /// <summary>A string.</summary>
    Text,

    /// <summary>A finite binary64 number.</summary>
    Number,

    /// <summary>True or false.</summary>
    Flag,
}
