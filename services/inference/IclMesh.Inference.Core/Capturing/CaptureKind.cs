namespace IclMesh.Inference.Core.Capturing;

/// <summary>A recorded quantity.</summary>
public enum CaptureKind
{
    /// <summary>Attention probabilities, [heads, positions, tokens].</summary>
    Attention,

    /// <summary>Residual stream, [positions, hidden].</summary>
    Hidden,

    /// <summary>Keys after rotation, [heads, positions, head size].</summary>
    Keys,

    /// <summary>Keys before rotation, [heads, positions, head size].</summary>
    PlainKeys,

    /// <summary>Values, [heads, positions, head size].</summary>
    Values,

    /// <summary>Logit lens, no tensor.</summary>
    Lens,
}
