using IclMesh.Retrieval.Core.Demonstrations;

namespace IclMesh.Retrieval.Core.Filters;

/// <summary>A typed condition on demonstrations, parsed once.</summary>
/// <remarks>
/// <code>
/// label == "positive" and (metadata.year >= 2019 or split in ("train", "dev")) and not exists(metadata.source)
/// </code>
/// Fields: <c>id</c>, <c>label</c>, <c>split</c>, <c>version</c>, <c>metadata.name</c>, <c>metadata["any key"]</c>. Comparisons: <c>== != &lt; &lt;= &gt; &gt;=</c>,
/// <c>in (…)</c>, <c>not in (…)</c>, <c>exists(field)</c>; <c>not</c> binds tighter than <c>and</c>, that tighter than <c>or</c>. Values: strings in
/// single or double quotes with backslash escapes, numbers, <c>true</c>, <c>false</c>.
/// </remarks>
public sealed class Filter
{
    private Filter(string text, FilterNode root)
    {
        Text = text;
        Root = root;
    }

    /// <summary>The expression as written.</summary>
    public string Text { get; }

    /// <summary>The parsed expression.</summary>
    internal FilterNode Root { get; }

    /// <summary>Parses an expression.</summary>
    /// <param name="text">The expression; null or empty for none.</param>
    /// <returns>The filter, or null where there is none.</returns>
    /// <exception cref="MeshException">With the position of what is wrong, counted in characters from 0.</exception>
    public static Filter? Parse(string? text) => string.IsNullOrWhiteSpace(text) ? null : new(text, new FilterParser(text).Parse());

    /// <summary>The demonstrations of one label.</summary>
    /// <param name="label">The label.</param>
    /// <param name="also">A further condition, or null.</param>
    public static Filter OfLabel(string label, Filter? also)
    {
        FilterNode node = new FilterNode.Compare(new(FilterFieldKind.Label, ""), FilterOperator.Equal, MetadataValue.Of(label));

        // The length keeps the text, which is a key of caches, free of ambiguity for labels that hold quotes.
        var text = $"label:{label.Length}:{label} {also?.Text}";
        return new(text, also is null ? node : new FilterNode.All([node, also.Root]));
    }

    /// <summary>Whether a demonstration passes.</summary>
    /// <param name="demonstration">The demonstration.</param>
    public bool Matches(Demonstration demonstration) => Root.Matches(demonstration);

    /// <inheritdoc/>
    public override string ToString() => Text;
}
