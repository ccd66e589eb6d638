namespace IclMesh.Inference.Text.Splitting;

/// <summary>When a word mark is put before a text that does not begin with one.</summary>
internal enum PrefixScheme
{
    /// <summary>Before every piece.</summary>
    Always,

    /// <summary>Only where the caller's text begins.</summary>
    First,

    /// <summary>Not at all.</summary>
    Never,
}
