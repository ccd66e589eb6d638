namespace IclMesh.Kernel.Core.Theory;

/// <summary>Where the concepts of GINC prompts come from.</summary>
public enum GincVariant
{
    /// <summary>The pre-training family.</summary>
    Seen,

    /// <summary>Unseen concepts, one per prompt.</summary>
    Unseen,

    /// <summary>A fresh random property pattern for every example, as the released code does for "unseen": no consistent task.</summary>
    Inconsistent,
}
