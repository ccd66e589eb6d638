using System.Numerics.Tensors;
using System.Text;
using IclMesh.Retrieval.Core.Collections;
using IclMesh.Retrieval.Core.Texts;

namespace IclMesh.Retrieval.Core.Demonstrations;

/// <summary>What a demonstration must fulfil before any store accepts it.</summary>
public static class DemonstrationRules
{
    /// <summary>Most characters of an id.</summary>
    public const int MaxIdLength = 256;

    /// <summary>Most UTF-8 bytes of a text.</summary>
    public const int MaxTextBytes = 1 << 20;

    /// <summary>Most characters of a label, a split and a metadata key.</summary>
    public const int MaxNameLength = 256;

    /// <summary>Most metadata entries.</summary>
    public const int MaxMetadata = 64;

    /// <summary>Most UTF-8 bytes of one metadata text.</summary>
    public const int MaxMetadataBytes = 1 << 14;

    // A caller computes its distribution in fp32 over at most a few thousand labels: 1e-3 accepts its rounding, not a forgotten label.
    private const double DistributionTolerance = 1e-3;

    /// <summary>Collects everything that is wrong with a demonstration.</summary>
    /// <param name="demonstration">The candidate.</param>
    /// <param name="schema">The collection's schema.</param>
    /// <param name="rules">Receives the violations, by field of the demonstration.</param>
    public static void Check(Demonstration demonstration, CollectionSchema schema, RequestRules rules)
    {
        ArgumentNullException.ThrowIfNull(demonstration);
        ArgumentNullException.ThrowIfNull(schema);
        ArgumentNullException.ThrowIfNull(rules);
        CheckId("id", demonstration.Id, rules);
        if (rules.NotBlank("text", demonstration.Text) && CheckText("text", demonstration.Text, MaxTextBytes, rules) && schema.TextIndex)
        {
            var bytes = TextIndexEntry.Bytes(demonstration.Text);
            rules.Require(
                bytes <= TextIndexEntry.MaxBytes,
                "text",
                $"must take at most {TextIndexEntry.MaxBytes} bytes of the collection's full-text index, takes {bytes}: it holds too many different words");
        }

        CheckName("label", demonstration.Label, rules);
        CheckName("split", demonstration.Split, rules);
        CheckDistribution(demonstration, rules);
        CheckVector("vector", demonstration.Vector, schema, rules);
        CheckMetadata(demonstration.Metadata, rules);
    }

    /// <summary>The id can be stored, sorted and printed.</summary>
    /// <param name="field">Path of the field.</param>
    /// <param name="id">The id.</param>
    /// <param name="rules">Receives the violations.</param>
    public static void CheckId(string field, string id, RequestRules rules)
    {
        ArgumentNullException.ThrowIfNull(id);
        ArgumentNullException.ThrowIfNull(rules);
        if (rules.NotBlank(field, id))
        {
            rules.Require(id.Length <= MaxIdLength, field, $"must have at most {MaxIdLength} characters, has {id.Length}");
            rules.Require(!HoldsControl(id), field, "must not hold control characters");
            StoredText.Check(field, id, rules);
        }
    }

    /// <summary>The vector has the collection's dimension, is finite and, where directions are compared, has one.</summary>
    /// <param name="field">Path of the field.</param>
    /// <param name="vector">The vector.</param>
    /// <param name="schema">The collection's schema.</param>
    /// <param name="rules">Receives the violations.</param>
    public static void CheckVector(string field, ReadOnlySpan<float> vector, CollectionSchema schema, RequestRules rules)
    {
        ArgumentNullException.ThrowIfNull(schema);
        ArgumentNullException.ThrowIfNull(rules);
        if (!rules.Require(vector.Length == schema.Dimension, field, $"must have {schema.Dimension} components, has {vector.Length}")
            || !rules.Finite(field, vector))
        {
            return;
        }

        // The squares must not overflow or vanish either: a norm of 1e-20 or 1e20 leaves fp32 no digits to compare.
        var norm = TensorPrimitives.Norm(vector);
        rules.Require(norm <= 1e18f, field, $"must have a norm of at most 1e18, has {norm}");
        rules.Require(
            schema.Metric != VectorMetric.Cosine || norm >= 1e-18f, field, $"must have a norm of at least 1e-18 for the cosine, has {norm}");
    }

    private static void CheckName(string field, string name, RequestRules rules)
    {
        rules.Require(name.Length <= MaxNameLength, field, $"must have at most {MaxNameLength} characters, has {name.Length}");
        rules.Require(!HoldsControl(name) && StoredText.Fault(name) is null, field, "must not hold control characters or lone surrogates");
    }

    private static bool CheckText(string field, string text, int limit, RequestRules rules)
    {
        var bytes = Encoding.UTF8.GetByteCount(text);
        return rules.Require(bytes <= limit, field, $"must have at most {limit} UTF-8 bytes, has {bytes}") & StoredText.Check(field, text, rules);
    }

    private static void CheckDistribution(Demonstration demonstration, RequestRules rules)
    {
        if (demonstration.LabelDistribution is not { } distribution)
        {
            return;
        }

        var sum = 0.0;
        foreach (var (label, share) in distribution)
        {
            CheckName("label_distribution", label, rules);
            rules.Require(share is >= 0 and <= 1, "label_distribution", $"must hold probabilities, '{StoredText.Shown(label)}' has {share}");
            sum += share;
        }

        rules.Require(
            Math.Abs(sum - 1) <= DistributionTolerance, "label_distribution", $"must sum to 1 within {DistributionTolerance}, sums to {sum:R}");
    }

    private static void CheckMetadata(IReadOnlyDictionary<string, MetadataValue> metadata, RequestRules rules)
    {
        rules.Require(metadata.Count <= MaxMetadata, "metadata", $"must have at most {MaxMetadata} entries, has {metadata.Count}");
        foreach (var (key, value) in metadata)
        {
            if (rules.NotBlank("metadata", key))
            {
                CheckName("metadata", key, rules);
            }

            if (value.Kind == MetadataKind.Text)
            {
                CheckText($"metadata[{StoredText.Shown(key)}]", value.Text, MaxMetadataBytes, rules);
            }

            rules.Require(double.IsFinite(value.Number), $"metadata[{StoredText.Shown(key)}]", $"must be finite, is {value.Number}");
        }
    }

    private static bool HoldsControl(string text)
    {
        foreach (var character in text)
        {
            if (char.IsControl(character))
            {
                return true;
            }
        }

        return false;
    }
}
