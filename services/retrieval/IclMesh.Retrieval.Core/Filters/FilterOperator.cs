namespace IclMesh.Retrieval.Core.Filters;

/// <summary>How a field is compared with a value. A missing field and one of another type fulfil none of them.</summary>
internal enum FilterOperator
{
    /// <summary>The same.</summary>
    Equal,

    /// <summary>There, of the same type, and another.</summary>
    NotEqual,

    /// <summary>Less; texts by code point.</summary>
    Less,

    /// <summary>Less or the same.</summary>
    LessOrEqual,

    /// <summary>Greater.</summary>
    Greater,

    /// <summary>Greater or the same.</summary>
    GreaterOrEqual,
}
