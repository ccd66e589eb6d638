namespace IclMesh.Inference.Core.Capturing;

/// <summary>One quantity of one layer, for some positions.</summary>
/// <param name="Kind">The quantity.</param>
/// <param name="Layer">The layer.</param>
/// <param name="Heads">Heads in the order of the tensor; empty where there are none.</param>
/// <param name="Positions">Positions in the order of the tensor.</param>
/// <param name="Shape">Shape of the tensor.</param>
/// <param name="Numbers">Its elements, row-major.</param>
public sealed record CaptureBlock(
    CaptureKind Kind, int Layer, IReadOnlyList<int> Heads, IReadOnlyList<int> Positions, IReadOnlyList<int> Shape, float[] Numbers)
{
    /// <summary>For the lens: the most probable tokens of each position.</summary>
    public IReadOnlyList<IReadOnlyList<TokenProbability>> Readings { get; init; } = [];
}

/// <summary>A token and the natural logarithm of its probability.</summary>
/// <param name="Id">Token id.</param>
/// <param name="LogProbability">Log-probability.</param>
public readonly record struct TokenProbability(int Id, double LogProbability);
