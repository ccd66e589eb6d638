using IclMesh.Retrieval.Core.Demonstrations;

namespace IclMesh.Retrieval.Core.Filters;

/// <summary>A field of a demonstration.</summary>
/// <param name="Kind">Which one.</param>
/// <param name="Key">The metadata's key; empty for other kinds.</param>
internal readonly record struct FilterField(FilterFieldKind Kind, string Key)
{
    /// <summary>The type that the field always has; null for metadata, which may have any.</summary>
    public MetadataKind? Type => Kind switch
    {
        FilterFieldKind.Metadata => null,
        FilterFieldKind.Version => MetadataKind.Number,
        _ => MetadataKind.Text,
    };

    /// <summary>The field's value; null where the demonstration has none.</summary>
    /// <param name="demonstration">The demonstration.</param>
    public MetadataValue? Of(Demonstration demonstration) => Kind switch
    {
        FilterFieldKind.Id => MetadataValue.Of(demonstration.Id),
        FilterFieldKind.Label => MetadataValue.Of(demonstration.Label),
        FilterFieldKind.Split => demonstration.Split.Length == 0 ? null : MetadataValue.Of(demonstration.Split),
        FilterFieldKind.Version => MetadataValue.Of(demonstration.Version),
        _ => demonstration.Metadata.TryGetValue(Key, out var value) ? value : null,
    };

    /// <inheritdoc/>
    public override string ToString() => Kind == FilterFieldKind.Metadata ? $"metadata[\"{Key}\"]" : Kind.ToString().ToLowerInvariant();
}
