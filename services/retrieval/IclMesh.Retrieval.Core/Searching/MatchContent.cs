namespace IclMesh.Retrieval.Core.Searching;

/// <summary>What of the demonstrations that it finds a search reads; the rest of them is empty.</summary>
public enum MatchContent
{
    /// <summary>Everything.</summary>
    Whole,

    /// <summary>Everything but the text.</summary>
    Facts,

    /// <summary>Id, label, distribution, version, size of the text, and the vector.</summary>
    Vectors,

    /// <summary>Id, label, distribution, version and size of the text.</summary>
    Labels,
}
