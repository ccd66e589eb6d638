namespace IclMesh.Retrieval.Core.Collections;

/// <summary>A collection as it stands.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Schema">What its vectors have in common.</param>
/// <param name="Attributes">Free facts about it.</param>
/// <param name="CreatedAt">When it was created, UTC.</param>
/// <param name="Count">Demonstrations that can be found.</param>
/// <param name="DeletedCount">Soft-deleted demonstrations that compaction has not removed yet.</param>
/// <param name="Revision">Grows by one with every change of a demonstration; the position in the change feed.</param>
public sealed record CollectionInfo(
    CollectionName Name,
    CollectionSchema Schema,
    IReadOnlyDictionary<string, string> Attributes,
    DateTimeOffset CreatedAt,
    long Count,
    long DeletedCount,
    long Revision);
