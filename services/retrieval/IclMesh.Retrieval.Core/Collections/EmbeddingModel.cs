using IclMesh.Retrieval.Core.Demonstrations;

namespace IclMesh.Retrieval.Core.Collections;

/// <summary>The model that made a collection's vectors; vectors of two models are not comparable.</summary>
/// <param name="Id">Name of the model.</param>
/// <param name="Version">Its revision or content hash.</param>
public readonly record struct EmbeddingModel(string Id, string Version)
{
    /// <summary>Most characters that either part may have.</summary>
    public const int MaxLength = 256;

    /// <summary>Both parts are needed: a model that changed under the same name gives other vectors.</summary>
    /// <param name="rules">Collects what is broken.</param>
    public void Check(RequestRules rules)
    {
        ArgumentNullException.ThrowIfNull(rules);
        CheckPart(rules, "embedding_model", Id);
        CheckPart(rules, "embedding_model_version", Version);
    }

    /// <inheritdoc/>
    public override string ToString() => $"'{Id}' version '{Version}'";

    private static void CheckPart(RequestRules rules, string field, string part)
    {
        rules.NotBlank(field, part);
        StoredText.Check(field, part, rules);
        rules.Require(part.Length <= MaxLength, field, $"must have at most {MaxLength} characters, has {part.Length}");
    }
}
