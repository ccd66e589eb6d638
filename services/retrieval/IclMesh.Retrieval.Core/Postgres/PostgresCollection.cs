using IclMesh.Retrieval.Core.Collections;

namespace IclMesh.Retrieval.Core.Postgres;

/// <summary>A row of the table <c>collections</c>.</summary>
/// <param name="Uid">Part of its table's name; never used again.</param>
/// <param name="Table">Qualified name of its table.</param>
/// <param name="Name">Its name.</param>
/// <param name="Schema">Its schema.</param>
/// <param name="Attributes">Free facts about it.</param>
/// <param name="CreatedAt">When it was created.</param>
/// <param name="Revision">Its revision.</param>
internal sealed record PostgresCollection(
    long Uid,
    string Table,
    CollectionName Name,
    CollectionSchema Schema,
    IReadOnlyDictionary<string, string> Attributes,
    DateTimeOffset CreatedAt,
    long Revision);
