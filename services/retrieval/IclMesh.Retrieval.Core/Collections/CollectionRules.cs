using IclMesh.Retrieval.Core.Demonstrations;

namespace IclMesh.Retrieval.Core.Collections;

/// <summary>What creating a collection must fulfil; the same for every store.</summary>
internal static class CollectionRules
{
    private const int MaxAttributes = 64;
    private const int MaxAttributeLength = 1024;

    /// <summary>Checks name, schema and attributes at once.</summary>
    /// <param name="name">The new name.</param>
    /// <param name="schema">The new schema.</param>
    /// <param name="attributes">Free facts.</param>
    /// <exception cref="MeshException">With every broken field.</exception>
    public static void Check(CollectionName name, CollectionSchema schema, IReadOnlyDictionary<string, string> attributes)
    {
        var rules = new RequestRules();
        name.Check(rules);
        schema.Check(rules);
        rules.Require(attributes.Count <= MaxAttributes, "attributes", $"must have at most {MaxAttributes} entries, has {attributes.Count}");
        foreach (var (key, value) in attributes)
        {
            rules.NotBlank("attributes", key);
            StoredText.Check("attributes", key, rules);
            StoredText.Check($"attributes[{StoredText.Shown(key)}]", value, rules);
            rules.Require(
                key.Length <= MaxAttributeLength && value.Length <= MaxAttributeLength,
                $"attributes[{StoredText.Shown(key)}]",
                $"key and value must have at most {MaxAttributeLength} characters, have {key.Length} and {value.Length}");
        }

        rules.ThrowIfBroken();
    }

    /// <summary>Creating a collection again is fine as long as nothing about it would be different.</summary>
    /// <param name="name">The name that is taken.</param>
    /// <param name="oldSchema">The existing schema.</param>
    /// <param name="oldAttributes">The existing attributes.</param>
    /// <param name="schema">The schema asked for.</param>
    /// <param name="attributes">The attributes asked for.</param>
    /// <exception cref="MeshException"><see cref="ErrorKind.AlreadyExists"/>, naming what differs.</exception>
    public static void RequireSame(
        CollectionName name,
        CollectionSchema oldSchema,
        IReadOnlyDictionary<string, string> oldAttributes,
        CollectionSchema schema,
        IReadOnlyDictionary<string, string> attributes)
    {
        var same = attributes.Count == oldAttributes.Count
            && attributes.All(entry => oldAttributes.TryGetValue(entry.Key, out var value) && value == entry.Value);
        if (same && schema == oldSchema)
        {
            return;
        }

        throw Exists(name, schema == oldSchema ? " with other attributes" : $" with other settings: {oldSchema}");
    }

    /// <summary>The name is taken.</summary>
    /// <param name="name">The name.</param>
    /// <param name="how">What exists, after the name.</param>
    public static MeshException Exists(CollectionName name, string how) =>
        new(ErrorKind.AlreadyExists, ErrorReasons.ResourceExists, $"collection '{name}' exists already{how}")
        {
            Metadata = new Dictionary<string, string> { ["resource"] = "collection", ["name"] = name.ToString() },
        };

    /// <summary>A snapshot's name is spelled as a collection's.</summary>
    /// <param name="snapshot">The name.</param>
    /// <exception cref="MeshException">It is not.</exception>
    public static void CheckSnapshot(string snapshot)
    {
        var rules = new RequestRules();
        new CollectionName("", snapshot).Check(rules, "snapshot", "snapshot");
        rules.ThrowIfBroken();
    }
}
