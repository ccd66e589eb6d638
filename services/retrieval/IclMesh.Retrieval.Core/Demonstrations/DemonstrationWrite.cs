using IclMesh.Retrieval.Core.Collections;

namespace IclMesh.Retrieval.Core.Demonstrations;

/// <summary>A demonstration to insert or to replace.</summary>
/// <param name="Demonstration">The whole new content, vector included; its version is ignored.</param>
/// <param name="Model">The model that made the vector.</param>
/// <param name="ExpectedVersion">Null writes in any case, 0 only if the id is new (or deleted), another number only over that version.</param>
public sealed record DemonstrationWrite(Demonstration Demonstration, EmbeddingModel Model, long? ExpectedVersion = null);
