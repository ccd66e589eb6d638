using IclMesh.Retrieval.V1;

namespace IclMesh.Cli.Collections;

/// <summary>A row of a file of demonstrations.</summary>
/// <param name="Demonstration">The demonstration; its vector is empty where the file holds none.</param>
/// <param name="Model">Encoder that made the vector; empty without one.</param>
/// <param name="ModelVersion">Version of that encoder.</param>
internal sealed record DemonstrationRow(Demonstration Demonstration, string Model = "", string ModelVersion = "")
{
    /// <summary>The file holds the vector, so that it need not be computed.</summary>
    public bool IsEmbedded => !Demonstration.Vector.IsEmpty;
}
