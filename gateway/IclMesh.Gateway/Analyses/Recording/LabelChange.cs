namespace IclMesh.Gateway.Analyses.Recording;

/// <summary>What is done to the labels of a prompt's demonstrations.</summary>
internal enum LabelChange
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>They are permuted among the demonstrations.</summary>
    Permuted,

    /// <summary>Every label becomes the next one, the last the first.</summary>
    Rotated,

    /// <summary>A share of them is drawn anew, uniformly (Min et al. 2022).</summary>
    Noisy,
}
