using Google.Protobuf.WellKnownTypes;
using IclMesh.Retrieval.Core.Collections;

namespace IclMesh.Retrieval;

/// <summary>Collections between the wire and the core.</summary>
internal static class CollectionMapping
{
    /// <summary>The name of a collection: what stands before a slash is its namespace.</summary>
    /// <param name="name">As the request spells it.</param>
    /// <param name="field">Path of the field.</param>
    /// <exception cref="MeshException">No collection can have that name.</exception>
    public static CollectionName ToName(this string name, string field)
    {
        var slash = name.IndexOf('/', StringComparison.Ordinal);
        CollectionName read = slash < 0 ? new("", name) : new(name[..slash], name[(slash + 1)..]);
        var rules = new RequestRules();
        rules.Require(slash != 0, field, "must name a namespace before the slash");
        read.Check(rules, field, field);
        rules.ThrowIfBroken();
        return read;
    }

    /// <summary>The schema that a new collection asks for.</summary>
    /// <param name="collection">The collection.</param>
    public static CollectionSchema ToSchema(this V1.Collection collection) => new(
        collection.Dimension,
        collection.Metric switch
        {
            V1.Metric.Unspecified or V1.Metric.Cosine => VectorMetric.Cosine,
            V1.Metric.DotProduct => VectorMetric.DotProduct,
            V1.Metric.Euclidean => VectorMetric.Euclidean,
            _ => throw MeshException.Invalid("collection.metric", $"is unknown: {(int)collection.Metric}"),
        },
        !collection.TextIndexDisabled,
        new(collection.EmbeddingModel, collection.EmbeddingModelVersion));

    /// <summary>A collection as the wire knows it.</summary>
    /// <param name="collection">The collection.</param>
    public static V1.Collection ToWire(this CollectionInfo collection) => new()
    {
        Name = collection.Name.ToString(),
        Dimension = collection.Schema.Dimension,
        Metric = collection.Schema.Metric switch
        {
            VectorMetric.DotProduct => V1.Metric.DotProduct,
            VectorMetric.Euclidean => V1.Metric.Euclidean,
            _ => V1.Metric.Cosine,
        },
        EmbeddingModel = collection.Schema.Model.Id,
        EmbeddingModelVersion = collection.Schema.Model.Version,
        DemonstrationCount = collection.Count,
        Version = collection.Revision,
        CreateTime = Timestamp.FromDateTimeOffset(collection.CreatedAt),
        Attributes = { collection.Attributes.ToDictionary() },
        TextIndexDisabled = !collection.Schema.TextIndex,
        DeletedCount = collection.DeletedCount,
    };
}
