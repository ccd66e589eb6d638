using IclMesh.Gateway.V1;

namespace IclMesh.Gateway.Predict;

/// <summary>What demonstrations are looked for.</summary>
/// <param name="Collection">Where.</param>
/// <param name="Encoder">The collection's encoder.</param>
/// <param name="Input">The text to be labelled.</param>
/// <param name="Selection">How; null takes the defaults.</param>
/// <param name="Verbalizer">Reads stored labels.</param>
internal sealed record DemonstrationQuery(string Collection, string Encoder, string Input, Selection? Selection, Verbalizer Verbalizer);
