using IclMesh.Retrieval.Core.Demonstrations;

namespace IclMesh.Retrieval.Core.Filters;

/// <summary>The smallest parts of a filter expression.</summary>
internal enum FilterTokenKind
{
    /// <summary>The end of the expression.</summary>
    End,

    /// <summary>A name or keyword.</summary>
    Name,

    /// <summary>A quoted string; the token's text is its content.</summary>
    Text,

    /// <summary>A number.</summary>
    Number,

    /// <summary>An operator, bracket, comma or dot.</summary>
    Symbol,
}

/// <summary>A token.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Text">What it says.</param>
/// <param name="Position">Where it starts.</param>
/// <param name="Number">The value of a number.</param>
internal readonly record struct FilterToken(FilterTokenKind Kind, string Text, int Position, MetadataValue Number = default)
{
    /// <inheritdoc/>
    public override string ToString() => Kind == FilterTokenKind.End ? "the end" : $"'{Text}'";
}
