namespace IclMesh.Fuzz.Mutants;

/// <summary>What came of a model.</summary>
/// <param name="Numbers">Log-probabilities of the choices' tokens, or embeddings; empty for a refusal.</param>
/// <param name="Refusal">Message of a refusal.</param>
internal sealed record MutantResult(IReadOnlyList<double> Numbers, string? Refusal)
{
    /// <summary>Tokens of the prompt or text.</summary>
    public IReadOnlyList<int> Tokens { get; init; } = [];

    /// <summary>Tokens of each choice.</summary>
    public IReadOnlyList<int[]> ChoiceTokens { get; init; } = [];

    /// <summary>True where both are the same numbers to the last bit, or both refusals.</summary>
    public bool Equals(MutantResult? other) => other is not null && Refusal is null == other.Refusal is null && Numbers.SequenceEqual(other.Numbers);

    public override int GetHashCode() => Numbers.Count;
}
