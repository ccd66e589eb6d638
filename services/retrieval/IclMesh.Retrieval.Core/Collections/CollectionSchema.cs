namespace IclMesh.Retrieval.Core.Collections;

/// <summary>What every vector of a collection has in common; fixed when the collection is created.</summary>
/// <param name="Dimension">Components of a vector, 1 to <see cref="MaxDimension"/>.</param>
/// <param name="Metric">How vectors are compared.</param>
/// <param name="TextIndex">True keeps a full-text index of the demonstrations' texts.</param>
/// <param name="Model">The model that makes the vectors.</param>
public sealed record CollectionSchema(int Dimension, VectorMetric Metric, bool TextIndex, EmbeddingModel Model)
{
    /// <summary>Most components that a vector may have.</summary>
    public const int MaxDimension = 65_536;

    /// <summary>Collects what is wrong with this schema.</summary>
    /// <param name="rules">Receives the violations.</param>
    public void Check(RequestRules rules)
    {
        ArgumentNullException.ThrowIfNull(rules);
        rules.InRange("dimension", Dimension, 1, MaxDimension);
        rules.Require(Enum.IsDefined(Metric), "metric", $"is unknown: {(int)Metric}");
        Model.Check(rules);
    }

    /// <summary>Refuses a vector that another model made.</summary>
    /// <param name="stated">The model that the caller says its vector comes from.</param>
    /// <exception cref="MeshException"><see cref="ErrorReasons.EmbeddingModelMismatch"/>.</exception>
    public void RequireModel(EmbeddingModel stated)
    {
        if (stated != Model)
        {
            throw new MeshException(
                ErrorKind.FailedPrecondition,
                ErrorReasons.EmbeddingModelMismatch,
                $"embedding_model: the vector comes from {stated}, the collection holds vectors of {Model}")
            {
                Metadata = new Dictionary<string, string>
                {
                    ["expected_id"] = Model.Id,
                    ["expected_version"] = Model.Version,
                    ["actual_id"] = stated.Id,
                    ["actual_version"] = stated.Version,
                },
            };
        }
    }
}
