using IclMesh.Inference.Core.Capturing;

namespace IclMesh.Inference.Core.Generation;

/// <summary>A piece of a generated text.</summary>
/// <param name="Text">Text that is certain now; may be empty.</param>
/// <param name="Token">The token that was chosen; null in a piece that only ends the text.</param>
public sealed record GeneratedPiece(string Text, int? Token)
{
    /// <summary>Log-probability of the token under the model, before penalty, temperature and choice.</summary>
    public double LogProbability { get; init; }

    /// <summary>Most probable tokens at this place, where asked for.</summary>
    public IReadOnlyList<TokenProbability> Top { get; init; } = [];

    /// <summary>Why the text ends here; null where it goes on.</summary>
    public FinishReason? Finish { get; init; }
}

/// <summary>Why a generation ended.</summary>
public enum FinishReason
{
    /// <summary>The model's end token or one of the call's stop tokens.</summary>
    StopToken,

    /// <summary>One of the call's stop texts.</summary>
    StopText,

    /// <summary>The call's limit.</summary>
    MaxTokens,

    /// <summary>The model's context is full.</summary>
    ContextFull,

    /// <summary>One of the call's choices is complete.</summary>
    Choice,
}
