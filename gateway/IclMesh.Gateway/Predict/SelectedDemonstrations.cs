using IclMesh.Inference.V1;
using IclMesh.Retrieval.V1;

namespace IclMesh.Gateway.Predict;

/// <summary>The demonstrations of one prompt.</summary>
/// <param name="Demonstrations">In prompt order.</param>
/// <param name="Rejections">What a guard refused.</param>
/// <param name="Encoder">Weights that embedded the input.</param>
/// <param name="CollectionVersion">Version of the collection that answered.</param>
/// <param name="Exact">The search compared every vector.</param>
/// <param name="Fewer">Guards left fewer than were asked for.</param>
internal sealed record SelectedDemonstrations(
    IReadOnlyList<PromptedDemonstration> Demonstrations,
    IReadOnlyList<Rejection> Rejections,
    ModelReference Encoder,
    long CollectionVersion,
    bool Exact,
    bool Fewer);
