using IclMesh.Retrieval.Core.Collections;

namespace IclMesh.Retrieval.Core.Sqlite;

/// <summary>One collection of the catalog.</summary>
/// <param name="Uid">Never used again, even after the collection is gone; the name of its folder.</param>
/// <param name="Name">Its name.</param>
/// <param name="Schema">Its schema.</param>
/// <param name="Attributes">Free facts about it.</param>
/// <param name="CreatedAt">When it was created.</param>
internal sealed record CatalogEntry(
    long Uid, CollectionName Name, CollectionSchema Schema, IReadOnlyDictionary<string, string> Attributes, DateTimeOffset CreatedAt);
