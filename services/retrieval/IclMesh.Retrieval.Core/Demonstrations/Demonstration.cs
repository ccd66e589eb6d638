using System.Text;

namespace IclMesh.Retrieval.Core.Demonstrations;

/// <summary>A labelled example as it is stored.</summary>
public sealed record Demonstration
{
    private readonly long? textBytes;

    /// <summary>Unique within the collection.</summary>
    public required string Id { get; init; }

    /// <summary>The example's input text; empty where the call did not ask for it.</summary>
    public required string Text { get; init; }

    /// <summary>The label; with a distribution, its most probable label (the first in code-point order among equals).</summary>
    public required string Label { get; init; }

    /// <summary>Probability per label, summing to 1; null where the label is certain.</summary>
    public IReadOnlyDictionary<string, float>? LabelDistribution { get; init; }

    /// <summary>The embedding, [dimension]; empty where the call did not ask for vectors.</summary>
    public float[] Vector { get; init; } = [];

    /// <summary>Typed attributes that filters can use.</summary>
    public IReadOnlyDictionary<string, MetadataValue> Metadata { get; init; } = EmptyMetadata;

    /// <summary>Part of a data set, for example <c>train</c>; may be empty.</summary>
    public string Split { get; init; } = "";

    /// <summary>The collection's revision at its last change.</summary>
    public long Version { get; init; }

    /// <summary>True for a soft-deleted demonstration, which only a call that asks for deleted ones returns.</summary>
    public bool Deleted { get; init; }

    /// <summary>UTF-8 bytes of the text, also where the text itself was not asked for.</summary>
    public long TextBytes { get => textBytes ?? Encoding.UTF8.GetByteCount(Text); init => textBytes = value; }

    /// <summary>Key of the normalised text as it is stored; texts of different keys differ.</summary>
    internal long TextKey { get; init; }

    internal static readonly IReadOnlyDictionary<string, MetadataValue> EmptyMetadata = new Dictionary<string, MetadataValue>();
}
