namespace IclMesh.Gateway.Analyses.Recording;

/// <summary>A demonstration as a prompt showed it.</summary>
/// <param name="Id">Its id in the collection.</param>
/// <param name="Label">The label that was shown, as an index.</param>
/// <param name="Similarity">Cosine to the row's own text.</param>
internal sealed record ShownDemonstration(string Id, int Label, double Similarity);
