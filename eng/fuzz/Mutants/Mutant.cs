namespace IclMesh.Fuzz.Mutants;

/// <summary>A model folder with one thing changed, and what must come of it.</summary>
/// <param name="Name">What was changed.</param>
/// <param name="Files">The folder.</param>
/// <param name="Expected">What must come of it.</param>
/// <param name="Why">Why: the reference's rule.</param>
internal sealed record Mutant(string Name, ModelFiles Files, Expectation Expected, string Why)
{
    /// <summary>One of these must stand in the message of a refusal.</summary>
    public IReadOnlyList<string> Named { get; init; } = [];

    /// <summary>The same change said in another way, for <see cref="Expectation.Equal"/>.</summary>
    public ModelFiles? Equivalent { get; init; }
}
