namespace IclMesh.Inference.Core.Scoring;

/// <summary>How attention over a demonstration's tokens becomes one number.</summary>
public enum AttentionPooling
{
    /// <summary>Largest attention over input and label tokens: a_i of arXiv 2305.12766, section 4.</summary>
    Max,

    /// <summary>Sum over input and label tokens.</summary>
    Sum,

    /// <summary>Mean over input and label tokens.</summary>
    Mean,

    /// <summary>Sum over the label's tokens only.</summary>
    Label,

    /// <summary>Sum over the label's tokens and the separator behind it.</summary>
    Tail,
}
