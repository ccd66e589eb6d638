using IclMesh.Retrieval.V1;

namespace IclMesh.Gateway.Predict;

/// <summary>A demonstration that made it into the prompt.</summary>
/// <param name="Hit">The demonstration and why it was chosen.</param>
/// <param name="Label">Its label as an index into the request's labels.</param>
internal sealed record PromptedDemonstration(Hit Hit, int Label);
